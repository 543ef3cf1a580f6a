import { includesName, literal, quote, sameName } from "./names.ts";
import { type RealTable, readTable } from "./real-table.ts";
import type { SqlRun } from "./sql-run.ts";
import { changedText, type TableChange } from "./table-change.ts";
import { renderTable } from "./table-text.ts";

/**
 * Changes the foreign keys of a table where it is, by writing its new text into the schema. This is what SQLite's manual gives for
 * changes that leave the rows on the disk as they are, and it costs the same for a million rows as for one.
 *
 * Only foreign keys: they have no index, and with them off no row is looked at. All else that SQLite makes of the text must be what
 * it was. It is part of the transaction: if the process dies, the old text is back with everything else.
 */
export function changeForeignKeys(run: SqlRun, table: RealTable, change: TableChange): void {
  const before = shapeOf(run, table.name);
  const text = renderTable(quote(table.name), changedText(table.text, change));
  run.run("PRAGMA writable_schema = ON");
  run.run(
    `UPDATE sqlite_schema SET sql = ${literal(text)} WHERE type = 'table' AND name = ${literal(table.name)}`,
  );
  // Reads the schema again, as strictly as ever; what other connections remember of it is out of date with the next change of it.
  run.run("PRAGMA writable_schema = RESET");
  run.run("CREATE TABLE _covalent_schema_change (id INTEGER)");
  run.run("DROP TABLE _covalent_schema_change");
  const wrong = whatIsWrong(run, table, change, before);
  if (wrong !== undefined)
    throw new Error(`the foreign keys of ${table.name} cannot be changed in place: ${wrong}`);
}

function whatIsWrong(run: SqlRun, table: RealTable, change: TableChange, before: string): string | undefined {
  if (shapeOf(run, table.name) !== before) return "its columns or indexes would change too";
  const { constraints = [] } = readTable(run.connection, table.name)?.text ?? {};
  const names = constraints.flatMap(({ kind, name }) =>
    kind === "foreign-key" && name !== null ? [name] : [],
  );
  const missing = change.addConstraints.find(({ name }) => name !== undefined && !includesName(names, name));
  if (missing !== undefined) return `${missing.name} is not there`;
  const keys = run.all<{ from: string; table: string }>(
    'SELECT "from", "table" FROM pragma_foreign_key_list(?)',
    table.name,
  );
  const unknown = change.addConstraints.find(
    (wanted) =>
      wanted.kind === "foreign-key" &&
      !keys.some((key) => sameName(key.table, wanted.table) && sameName(key.from, wanted.columns[0] ?? "")),
  );
  return unknown === undefined ? undefined : `SQLite does not see ${unknown.name}`;
}

/** Everything about a table but its text and its foreign keys. */
function shapeOf(run: SqlRun, table: string): string {
  const questions = [
    "SELECT * FROM pragma_table_xinfo(?)",
    "SELECT * FROM pragma_index_list(?)",
    "SELECT type, strict, wr FROM pragma_table_list WHERE name = ?",
    "SELECT name, rootpage, sql FROM sqlite_schema WHERE tbl_name = ? AND type <> 'table' ORDER BY rowid",
  ];
  const shape = questions.map((sql) => run.all<Record<string, unknown>>(sql, table));
  return JSON.stringify(shape, (_, value) => (typeof value === "bigint" ? String(value) : value));
}
