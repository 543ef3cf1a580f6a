import type { ColumnSpec, ConstraintSpec, IndexSpec, TableSpec } from "../../migration/operations.ts";
import { quote, quoteAll } from "./names.ts";

/** The history's tables, columns, constraints and indexes as SQLite's DDL. */

export function createTable(table: TableSpec): string {
  const parts = [...table.columns.map(columnDefinition), ...table.constraints.map(constraintDefinition)];
  return `CREATE TABLE ${quote(table.name)} (\n\t${parts.join(",\n\t")}\n)${table.strict ? " STRICT" : ""}`;
}

export function createIndex(table: string, index: IndexSpec): string {
  const where = index.where === undefined ? "" : ` WHERE ${index.where}`;
  const indexed = index.expressions?.join(", ") ?? quoteAll(index.columns);
  return `CREATE INDEX ${quote(index.name)} ON ${quote(table)} (${indexed})${where}`;
}

export function columnDefinition(column: ColumnSpec): string {
  if (column.identity) return `${quote(column.name)} ${column.type} PRIMARY KEY AUTOINCREMENT`;
  const nullability = column.notNull ? " NOT NULL" : "";
  return `${quote(column.name)} ${column.type}${defaultClause(column.default)}${nullability}`;
}

export function constraintDefinition(constraint: ConstraintSpec): string {
  const name = constraint.name === undefined ? "" : `CONSTRAINT ${quote(constraint.name)} `;
  if (constraint.kind === "check") return `${name}CHECK (${constraint.expression})`;
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

/** True for a default that ALTER TABLE ADD COLUMN takes for a column that is NOT NULL. */
export function isNumber(expression: string | undefined): boolean {
  return expression !== undefined && /^\d+$/.test(expression);
}

/** ADD COLUMN takes a plain number, but no expression in parentheses. */
function defaultClause(expression: string | undefined): string {
  if (expression === undefined) return "";
  return isNumber(expression) ? ` DEFAULT ${expression}` : ` DEFAULT (${expression})`;
}
