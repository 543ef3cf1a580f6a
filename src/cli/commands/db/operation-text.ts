import type { AlterTable, ConstraintSpec, Operation } from "../../../database/migration/operations.ts";

/** What an operation does, in a line. */
export function operationText(operation: Operation): string {
  switch (operation.kind) {
    case "create-table":
      return `create table ${operation.table.name}`;
    case "drop-table":
      return `drop table ${operation.table}`;
    case "alter-table":
      return `alter table ${operation.table}: ${alterationsOf(operation).join("; ")}`;
    case "create-index":
      return `create index ${operation.index.name} on ${operation.table} (${operation.index.columns.join(", ")})`;
    case "drop-index":
      return `drop index ${operation.index}`;
    case "sql":
      return oneLine(operation.sql);
    case "rows":
      return `for the rows of ${operation.table}: ${operation.statements.map(oneLine).join("; ")}`;
  }
}

function oneLine(sql: string): string {
  return sql.replaceAll(/\s+/g, " ").trim();
}

function constraintText(constraint: ConstraintSpec): string {
  return constraint.kind === "check"
    ? `check ${constraint.expression}`
    : `${constraint.kind} on ${constraint.columns.join(", ")}`;
}

function alterationsOf(change: AlterTable): string[] {
  const named = (verb: string, names: readonly string[] = []): string[] =>
    names.length === 0 ? [] : [`${verb} ${names.join(", ")}`];
  return [
    ...named("drop constraint", change.dropConstraints),
    ...named("drop", change.dropColumns),
    ...(change.alterColumns ?? []).map(
      ({ name, notNull }) => `${name} becomes ${notNull ? "NOT NULL" : "nullable"}`,
    ),
    ...named(
      "add",
      change.addColumns?.map(({ name }) => name),
    ),
    ...(change.addConstraints ?? []).map((one) => `add ${constraintText(one)}`),
  ];
}
