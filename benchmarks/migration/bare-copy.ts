import { copyFileSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

const TABLES = ["lattices", "electrons", "electron_dependency"] as const;

/**
 * How long SQLite itself takes to copy the tables once, in one durable transaction: what a rebuild cannot do without.
 *
 * @returns milliseconds
 */
export function bareCopy(file: string): number {
  const copy = `${file}.bare`;
  copyFileSync(file, copy);
  const database = new DatabaseSync(copy, { enableForeignKeyConstraints: false });
  try {
    database.exec("PRAGMA synchronous = FULL");
    const began = performance.now();
    database.exec("BEGIN IMMEDIATE");
    for (const table of TABLES) {
      const [schema] = database.prepare("SELECT sql FROM sqlite_schema WHERE name = ?").all(table);
      database.exec(String(schema?.sql).replace(new RegExp(`TABLE "?${table}"?`), `TABLE bare_${table}`));
      database.exec(`INSERT INTO bare_${table} SELECT * FROM ${table}`);
    }
    database.exec("COMMIT");
    return performance.now() - began;
  } finally {
    database.close();
    rmSync(copy, { force: true });
  }
}
