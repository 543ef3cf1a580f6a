import type {
  AddedColumn,
  AlterTable,
  ColumnSpec,
  ConstraintSpec,
  IndexSpec,
  Operation,
  TableSpec,
} from "../../migration/operations.ts";
import { applyToSchema, type Schema, type SchemaTable, tableOf } from "../../migration/schema.ts";

/** The prefix of a table that is being rebuilt. It exists only inside a transaction. */
const REBUILT = "_covalent_new_";

/**
 * The SQL statements that carry out an operation on SQLite, given the schema before it.
 *
 * SQLite can add and drop columns, but not constraints: for those the table is made anew, filled from the old one and renamed.
 * That needs `foreign_keys = OFF` (DROP TABLE would delete the rows that refer to it) and `legacy_alter_table = ON` (RENAME
 * would rewrite other tables' references).
 */
export function sqliteStatements(schema: Schema, operation: Operation): readonly string[] {
  switch (operation.kind) {
    case "create-table":
      return [createTable(operation.table, operation.table.name)];
    case "drop-table":
      return [`DROP TABLE ${quote(operation.table)}`];
    case "create-index":
      return [createIndex(operation.table, operation.index)];
    case "drop-index":
      return [`DROP INDEX ${quote(operation.index)}`];
    case "sql":
      return [operation.sql];
    case "alter-table":
      return isNative(operation) ? alterInPlace(operation) : rebuild(schema, operation);
  }
}

/** True when SQLite's own ADD COLUMN and DROP COLUMN are enough. */
function isNative(change: AlterTable): boolean {
  const constraints = [...(change.dropConstraints ?? []), ...(change.addConstraints ?? [])];
  if (constraints.length > 0 || (change.alterColumns ?? []).length > 0) return false;
  return (change.addColumns ?? []).every((column) => !column.notNull || isNumber(column.default));
}

/** Adds first, fills from the old columns, and only then drops those. */
function alterInPlace(change: AlterTable): string[] {
  const table = quote(change.table);
  const added = change.addColumns ?? [];
  return [
    ...added.map((column) => `ALTER TABLE ${table} ADD COLUMN ${columnDefinition(column)}`),
    ...added.filter(hasFill).map((column) => `UPDATE ${table} SET ${quote(column.name)} = ${column.fill}`),
    ...(change.dropColumns ?? []).map((name) => `ALTER TABLE ${table} DROP COLUMN ${quote(name)}`),
  ];
}

function rebuild(schema: Schema, change: AlterTable): string[] {
  const after = tableOf(applyToSchema(schema, change), change.table);
  const rebuilt = REBUILT + change.table;
  const { targets, sources } = copiedColumns(after, change.addColumns ?? []);
  return [
    createTable(after, rebuilt),
    `INSERT INTO ${quote(rebuilt)} (${targets.join(", ")}) SELECT ${sources.join(", ")} FROM ${quote(change.table)}`,
    `DROP TABLE ${quote(change.table)}`,
    `ALTER TABLE ${quote(rebuilt)} RENAME TO ${quote(change.table)}`,
    ...after.indexes.map((index) => createIndex(change.table, index)),
  ];
}

/** Which columns of the rebuilt table are filled, and with what. An added column without `fill` gets its default. */
function copiedColumns(
  after: SchemaTable,
  added: readonly AddedColumn[],
): { targets: string[]; sources: string[] } {
  const fills = new Map(added.map((column) => [column.name, column.fill]));
  const copied = after.columns.filter(
    (column) => !fills.has(column.name) || fills.get(column.name) !== undefined,
  );
  return {
    targets: copied.map((column) => quote(column.name)),
    sources: copied.map((column) => fills.get(column.name) ?? quote(column.name)),
  };
}

function createTable(table: TableSpec, name: string): string {
  const parts = [...table.columns.map(columnDefinition), ...table.constraints.map(constraintDefinition)];
  return `CREATE TABLE ${quote(name)} (\n\t${parts.join(",\n\t")}\n)${table.strict ? " STRICT" : ""}`;
}

function createIndex(table: string, index: IndexSpec): string {
  const where = index.where === undefined ? "" : ` WHERE ${index.where}`;
  return `CREATE INDEX ${quote(index.name)} ON ${quote(table)} (${quoteAll(index.columns)})${where}`;
}

function columnDefinition(column: ColumnSpec): string {
  if (column.identity) return `${quote(column.name)} ${column.type} PRIMARY KEY AUTOINCREMENT`;
  const nullability = column.notNull ? " NOT NULL" : "";
  return `${quote(column.name)} ${column.type}${defaultClause(column.default)}${nullability}`;
}

/** ADD COLUMN takes a plain number, but no expression in parentheses. */
function defaultClause(expression: string | undefined): string {
  if (expression === undefined) return "";
  return isNumber(expression) ? ` DEFAULT ${expression}` : ` DEFAULT (${expression})`;
}

function constraintDefinition(constraint: ConstraintSpec): string {
  const name = constraint.name === undefined ? "" : `CONSTRAINT ${quote(constraint.name)} `;
  const columns = `(${quoteAll(constraint.columns)})`;
  switch (constraint.kind) {
    case "primary-key":
      return `${name}PRIMARY KEY ${columns}`;
    case "unique":
      return `${name}UNIQUE ${columns}`;
    case "foreign-key":
      return `${name}FOREIGN KEY ${columns} REFERENCES ${quote(constraint.table)} (${quoteAll(constraint.references)})`;
  }
}

function hasFill(column: AddedColumn): boolean {
  return column.fill !== undefined;
}

function isNumber(expression: string | undefined): boolean {
  return expression !== undefined && /^\d+$/.test(expression);
}

function quoteAll(names: readonly string[]): string {
  return names.map(quote).join(", ");
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
