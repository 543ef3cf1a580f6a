import type { AlterTable, ColumnSpec, IndexSpec, Operation, Revision, TableSpec } from "./operations.ts";

/** A table with its indexes, as the history says it is. */
export interface SchemaTable extends TableSpec {
  readonly indexes: readonly IndexSpec[];
}

/** The tables of a schema by name. */
export type Schema = ReadonlyMap<string, SchemaTable>;

export const EMPTY_SCHEMA: Schema = new Map();

/** The schema after an operation. Pure: what a revision does is known without any database. */
export function applyToSchema(schema: Schema, operation: Operation): Schema {
  const tables = new Map(schema);
  switch (operation.kind) {
    case "create-table":
      tables.set(operation.table.name, { ...operation.table, indexes: [] });
      return tables;
    case "drop-table":
      tables.delete(operation.table);
      return tables;
    case "alter-table":
      tables.set(operation.table, alterTable(tableOf(schema, operation.table), operation));
      return tables;
    case "create-index": {
      const table = tableOf(schema, operation.table);
      tables.set(table.name, { ...table, indexes: [...table.indexes, operation.index] });
      return tables;
    }
    case "drop-index": {
      const table = tableOf(schema, operation.table);
      tables.set(table.name, {
        ...table,
        indexes: table.indexes.filter((index) => index.name !== operation.index),
      });
      return tables;
    }
    case "sql":
    case "rows":
      return schema;
  }
}

/** The schema after all the given revisions, in their order. */
export function schemaAfter(revisions: readonly Revision[]): Schema {
  return revisions.flatMap((revision) => revision.upgrade).reduce(applyToSchema, EMPTY_SCHEMA);
}

/** The table of that name. */
export function tableOf(schema: Schema, name: string): SchemaTable {
  const table = schema.get(name);
  if (table === undefined) throw new Error(`the history has no table ${name} at this point`);
  return table;
}

function alterTable(table: SchemaTable, change: AlterTable): SchemaTable {
  const nullability = new Map(change.alterColumns?.map((altered) => [altered.name, altered.notNull]));
  const kept = table.columns
    .filter((column) => !change.dropColumns?.includes(column.name))
    .map((column) => withNullability(column, nullability.get(column.name)));
  const added = (change.addColumns ?? []).map(({ fill: _fill, ...column }) => column);
  const constraints = table.constraints.filter(
    (constraint) => constraint.name === undefined || !change.dropConstraints?.includes(constraint.name),
  );
  return {
    ...table,
    columns: [...kept, ...added],
    constraints: [...constraints, ...(change.addConstraints ?? [])],
  };
}

function withNullability(column: ColumnSpec, notNull: boolean | undefined): ColumnSpec {
  if (notNull === undefined) return column;
  const { notNull: _before, ...rest } = column;
  return notNull ? { ...rest, notNull: true } : rest;
}
