import type { AlterTable, Operation } from "../../../database/migration/operations.ts";

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
      return operation.sql.replaceAll(/\s+/g, " ").trim();
  }
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
    ...(change.addConstraints ?? []).map((one) => `add ${one.kind} on ${one.columns.join(", ")}`),
  ];
}
