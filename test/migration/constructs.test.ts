import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { runMigration } from "../../src/database/maintenance/migration-run.ts";
import { expectKept, valuesOf } from "../../src/database/migration/kept-values.test-support.ts";
import { type Construct, KEPT, REFUSED } from "./constructs.ts";
import { makeOldDatabase } from "./old-database.ts";
import { quiet, requestFor } from "./quiet.ts";

/** What users put into their databases comes through a whole upgrade and back, or is refused by name while the file stays as it is. */

/** The oldest, and one whose tables are keyed to one another and have half of the rebuilds before them. */
const REVISIONS = ["b60c5ecdf927", "1142d81b29b8"];

let directory: string;
let path: string;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "covalent-constructs-"));
  path = join(directory, "dispatcher_db.sqlite");
  for (const revision of REVISIONS)
    await makeOldDatabase(old(revision), { revision, dispatches: 4, electronsEach: 3 });
  return () => rmSync(directory, { recursive: true });
});
beforeEach(() => rmSync(path, { force: true }));

const old = (revision: string): string => join(directory, `${revision}.sqlite`);

describe.each(REVISIONS)("a database of %s", (revision) => {
  it.each(KEPT.map((construct) => [construct.name, construct] as const))("keeps %s", async (_, construct) => {
    add(construct, revision);
    const before = withDatabase((connection) => ({
      values: valuesOf(connection),
      own: ownThings(connection),
    }));
    await runMigration(requestFor(path, { backup: false }), quiet());
    withDatabase((connection) => {
      expectKept(before.values, connection);
      expect(ownThings(connection)).toEqual(before.own);
      construct.check?.(connection);
    });
    await runMigration(requestFor(path, { direction: "downgrade", to: revision, backup: false }), quiet());
    withDatabase((connection) => {
      expectKept(before.values, connection);
      expect(ownThings(connection)).toEqual(before.own);
      construct.check?.(connection);
    });
  });

  it.each(REFUSED.map((construct) => [construct.name, construct] as const))(
    "refuses by name, untouched: %s",
    async (_, construct) => {
      add(construct, revision);
      const before = readFileSync(path);
      const refused = (await runMigration(requestFor(path), quiet()).catch((error: unknown) => error)) as {
        message?: string;
        hint?: string;
      };
      expect(`${refused.message} ${refused.hint}`).toMatch(construct.named ?? /never/);
      expect(readFileSync(path).equals(before)).toBe(true);
    },
  );
});

it.each([
  [
    "1142d81b29b8",
    "dispatch_id",
    "UPDATE lattices SET dispatch_id = 'dispatch-1' WHERE id IN (2, 3)",
    "dispatch-1",
  ],
  [
    "7e9fb153ecfb",
    "electron_id",
    "UPDATE lattices SET electron_id = 2 WHERE id IN (1, 2, 4)",
    "dispatch-2, dispatch-4",
  ],
])(
  "a UNIQUE that revision %s makes on %s and rows break is refused with the rows, and kept aside on request",
  async (revision, column, sql, named) => {
    copyFileSync(old("b60c5ecdf927"), path);
    withDatabase((connection) => connection.exec(sql));
    const values = withDatabase(valuesOf);
    const before = readFileSync(path);
    const refused = runMigration(requestFor(path), quiet());
    await expect(refused).rejects.toMatchObject({
      code: "MIGRATION_VIOLATIONS",
      message: expect.stringMatching(
        new RegExp(`revision ${revision} .* lets no lattices.${column} occur twice, and 2 row.*${named}`),
      ),
      hint: expect.stringContaining("covalent db migrate --on-violation=quarantine"),
    });
    expect(readFileSync(path).equals(before)).toBe(true);
    await runMigration(requestFor(path, { onViolation: "quarantine" }), quiet());
    withDatabase((connection) => expectKept(values, connection));
    await runMigration(requestFor(path, { direction: "downgrade", to: "b60c5ecdf927" }), quiet());
    withDatabase((connection) => {
      expectKept(values, connection);
      expect(rowsOf(connection, "SELECT id FROM lattices")).toHaveLength(4);
    });
  },
);

/** Puts the construct into a database of the revision. */
function add({ make, edit = {} }: Construct, revision: string): void {
  copyFileSync(old(revision), path);
  withDatabase((connection) => {
    connection.exec("PRAGMA legacy_alter_table = ON; PRAGMA ignore_check_constraints = ON");
    for (const [table, change] of Object.entries(edit)) remake(connection, table, change);
    connection.exec(make ?? "");
  });
}

/** Makes a table anew with another text, as users do it. */
function remake(connection: DatabaseSync, table: string, change: (sql: string) => string): void {
  const sql = String(connection.prepare("SELECT sql FROM sqlite_schema WHERE name = ?").get(table)?.sql);
  const changed = change(sql);
  expect(changed, table).not.toBe(sql);
  const indexes = connection
    .prepare("SELECT sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL")
    .all(table);
  const columns = connection
    .prepare("SELECT name FROM pragma_table_info(?)")
    .all(table)
    .map(({ name }) => `"${name}"`)
    .join(", ");
  connection.exec(`ALTER TABLE ${table} RENAME TO before; ${changed};
    INSERT INTO ${table} (${columns}) SELECT ${columns} FROM before; DROP TABLE before`);
  for (const index of indexes) connection.exec(String(index.sql));
}

/** The user's own objects with their texts, tables with their rows, and columns with their values. */
function ownThings(connection: DatabaseSync): unknown {
  const objects = connection
    .prepare("SELECT type, name, sql FROM sqlite_schema WHERE name LIKE 'my%' ORDER BY type, name")
    .all();
  const tables = objects
    .filter(({ type }) => type === "table")
    .map(({ name }) => rowsOf(connection, `SELECT * FROM "${name}"`));
  const columns = connection
    .prepare(
      "SELECT s.name AS owner, c.name, c.type, c.\"notnull\", c.dflt_value, c.hidden FROM sqlite_schema AS s JOIN pragma_table_xinfo(s.name) AS c WHERE s.type = 'table' AND s.name NOT LIKE 'my%' AND c.name LIKE 'my%' ORDER BY lower(s.name), c.name",
    )
    .all();
  const values = columns.map(({ owner, name }) =>
    rowsOf(
      connection,
      `SELECT id, quote("${String(name).replaceAll('"', '""')}") AS value FROM "${owner}" ORDER BY id`,
    ),
  );
  const settings = ["user_version", "application_id"].map((name) =>
    connection.prepare(`PRAGMA ${name}`).get(),
  );
  return {
    objects,
    tables,
    columns: columns.map(({ owner, ...rest }) => ({ owner: String(owner).toLowerCase(), ...rest })),
    values,
    settings,
  };
}

function rowsOf(connection: DatabaseSync, sql: string): unknown[] {
  return connection.prepare(sql).all();
}

function withDatabase<T>(work: (connection: DatabaseSync) => T): T {
  const connection = new DatabaseSync(path, {
    enableForeignKeyConstraints: false,
    enableDoubleQuotedStringLiterals: true,
  });
  try {
    return work(connection);
  } finally {
    connection.close();
  }
}
