import type { DatabaseSync } from "node:sqlite";
import { quote } from "../dialects/sqlite/names.ts";
import { readTable, realColumn } from "../dialects/sqlite/real-table.ts";
import type { AlterTable, Operation } from "./operations.ts";
import type { MigrationPlan } from "./plan.ts";

/** Something that a plan takes out of a database, with what is in it now. */
export interface Drop {
  readonly revision: string;
  readonly table: string;
  /** `null`: the whole table. */
  readonly column: string | null;
  /** Rows of the table, or values that are not NULL. Never 0. */
  readonly rows: number;
  /** False: the values are carried and come back with the column. */
  readonly lost: boolean;
}

type Reader = Pick<DatabaseSync, "prepare">;

/**
 * What a plan takes out of a database, counted; above all what a downgrade loses. Only looks.
 *
 * Payloads that are stored in `assets.content` are lost too unless they are written out as files before: those are the rows that
 * {@link INLINE_PAYLOADS} selects.
 *
 * @example
 * describeDrops(planMigration({ revision: HEAD, to: "7e9fb153ecfb" }), connection);
 * // [{ revision: "2be7f05a9c61", table: "events", column: null, rows: 31, lost: true }, ...]
 */
export function describeDrops(plan: MigrationPlan, connection: Reader): Drop[] {
  const gone = new Set<string>();
  return plan.steps.flatMap((step) =>
    step.revision[step.direction].flatMap((operation) =>
      dropsOf(operation, connection)
        .filter(({ table, column }) => {
          // What went at an earlier step is made anew by a later one, with nothing in it.
          const key = `${table}.${column ?? ""}`;
          return !gone.has(key) && gone.add(key);
        })
        .map((drop) => ({ revision: step.revision.id, ...drop })),
    ),
  );
}

/** The assets whose bytes are in the database: id, path and key of the original's place for them, digest and bytes. */
export const INLINE_PAYLOADS =
  "SELECT id, storage_type, storage_path, object_key, content_digest, content FROM assets WHERE content IS NOT NULL";

/** A downgrade to before this revision loses the payloads that are stored in the database. */
export const FIRST_INLINE_REVISION = "c5a1e0d7b3f2";

function dropsOf(operation: Operation, connection: Reader): Omit<Drop, "revision">[] {
  if (operation.kind === "drop-table") {
    // Nobody's data: it says which program made which of our revisions.
    if (operation.table === "covalent_schema") return [];
    const rows = count(connection, operation.table, "1");
    return rows === 0 ? [] : [{ table: operation.table, column: null, rows, lost: true }];
  }
  return operation.kind === "alter-table" ? droppedColumns(operation, connection) : [];
}

function droppedColumns(
  { table, dropColumns = [], moved = [], discard = [] }: AlterTable,
  connection: Reader,
) {
  const real = readTable(connection, table);
  return dropColumns.flatMap((column): Omit<Drop, "revision">[] => {
    if (real === undefined || realColumn(real, column) === undefined || moved.includes(column)) return [];
    const rows = count(connection, table, `${quote(table)}.${quote(column)} IS NOT NULL`);
    return rows === 0 ? [] : [{ table, column, rows, lost: discard.includes(column) }];
  });
}

function count(connection: Reader, table: string, condition: string): number {
  if (readTable(connection, table) === undefined) return 0;
  const row = connection.prepare(`SELECT count(*) AS rows FROM ${quote(table)} WHERE ${condition}`).get();
  return Number(row?.rows ?? 0);
}
