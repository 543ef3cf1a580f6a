import { columnDefinition, createIndex, createTable } from "../../src/database/dialects/sqlite/ddl.ts";
import { quoteAll } from "../../src/database/dialects/sqlite/names.ts";
import { HISTORY } from "../../src/database/migration/history.ts";
import type { AlterTable } from "../../src/database/migration/operations.ts";
import { applyToSchema, type Schema, schemaAfter, tableOf } from "../../src/database/migration/schema.ts";

/** The original's upgrades as it carries them out: tables are copied into `_alembic_tmp_…`, and no row is filled in. */
export interface OriginalUpgrade {
  readonly from: string;
  readonly to: string;
  /** The last writes the revision. */
  readonly statements: readonly string[];
}

/** It never had 9f1271ef662a. */
const ORIGINAL = HISTORY.filter(({ own, id }) => !own && id !== "9f1271ef662a").map(({ id }) => id);

/** Adds columns one by one instead of copying the table. */
const BY_COLUMNS = "26d71848a404";

export function originalUpgrades(): OriginalUpgrade[] {
  return ORIGINAL.slice(1).map((to, index) => {
    const from = ORIGINAL[index] ?? "";
    const stamp = `UPDATE alembic_version SET version_num = '${to}' WHERE version_num = '${from}'`;
    return { from, to, statements: [...statementsOf(to, schemaAt(from)), stamp] };
  });
}

function schemaAt(revision: string): Schema {
  return schemaAfter(HISTORY.slice(0, HISTORY.findIndex(({ id }) => id === revision) + 1));
}

function statementsOf(revision: string, before: Schema): string[] {
  const statements: string[] = [];
  let schema = before;
  for (const operation of HISTORY.find(({ id }) => id === revision)?.upgrade ?? []) {
    if (operation.kind === "create-table") statements.push(createTable(operation.table));
    if (operation.kind === "create-index") statements.push(createIndex(operation.table, operation.index));
    if (operation.kind === "alter-table")
      statements.push(...(revision === BY_COLUMNS ? addedColumns(operation) : rebuilt(schema, operation)));
    schema = applyToSchema(schema, operation);
  }
  return statements;
}

function addedColumns({ table, addColumns = [] }: AlterTable): string[] {
  return addColumns.map((column) => `ALTER TABLE "${table}" ADD COLUMN ${columnDefinition(column)}`);
}

function rebuilt(schema: Schema, operation: AlterTable): string[] {
  const before = tableOf(schema, operation.table);
  const after = tableOf(applyToSchema(schema, operation), operation.table);
  const there = before.columns.map(({ name }) => name);
  const common = quoteAll(after.columns.map(({ name }) => name).filter((name) => there.includes(name)));
  const temporary = `_alembic_tmp_${after.name}`;
  return [
    createTable({ ...after, name: temporary }),
    `INSERT INTO ${temporary} (${common}) SELECT ${common} FROM ${after.name}`,
    `DROP TABLE ${after.name}`,
    `ALTER TABLE ${temporary} RENAME TO ${after.name}`,
    ...after.indexes.map((index) => createIndex(after.name, index)),
  ];
}
