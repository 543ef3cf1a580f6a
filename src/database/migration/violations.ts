import type { DatabaseSync } from "node:sqlite";
import { literal, quote } from "../dialects/sqlite/names.ts";
import { readTable } from "../dialects/sqlite/real-table.ts";
import { mayRebuild } from "../dialects/sqlite/table-change.ts";
import type { Step } from "./history.ts";
import { type AddedConstraint, addedConstraints, liftedBy, type MigrationPlan } from "./plan.ts";
import { tableOf } from "./schema.ts";

/** What to do with rows that break a constraint: stop, keep them and what depends on them aside, or delete them. */
export type ViolationPolicy = "refuse" | "quarantine" | "delete";

/** Rows of a database that a revision of a plan does not allow. */
export interface Violation {
  readonly revision: string;
  /** The revision's. */
  readonly message: string;
  readonly table: string;
  readonly kind: "not-null" | "unique" | "check";
  readonly columns: readonly string[];
  /** The revision only makes the table anew: the column is NOT NULL already, and the file holds NULLs all the same. */
  readonly existing?: true;
  readonly rows: number;
  /** At most 50. */
  readonly examples: readonly ViolatingRow[];
  /** The later revision that permits such rows again, in the plan or beyond; `null` when none does. */
  readonly liftedBy: string | null;
  /** The plan stops at these rows. False when it goes past the revision that lifts the constraint. */
  readonly blocking: boolean;
}

export interface ViolatingRow {
  /** A text when it is beyond 2^53. */
  readonly id: number | string;
  readonly dispatchId?: string;
}

const EXAMPLES = 50;

type Reader = Pick<DatabaseSync, "prepare">;

export interface KnownRows {
  /** No column that is NOT NULL holds a NULL: somebody has looked at every row, and need not again. */
  readonly noForbiddenNulls?: boolean;
}

/**
 * The rows that break constraints of a plan, as the database is now. Only looks; a read-only connection will do.
 *
 * @example
 * findViolations(connection, planMigration({ revision: "9b9d58f02985", to: "9f1271ef662a" }));
 * // [{ revision: "9f1271ef662a", table: "lattices", kind: "not-null", columns: ["electron_id"], rows: 14, blocking: true, ... }]
 */
export function findViolations(connection: Reader, plan: MigrationPlan, known: KnownRows = {}): Violation[] {
  const passing = plan.groups.flatMap((group) => group.passing);
  return plan.steps
    .flatMap((_, step) => constraintsToMeet(connection, plan, step, known))
    .flatMap((constraint): Violation[] => {
      const step = plan.steps[constraint.step];
      const condition = violatingCondition(connection, constraint);
      if (step === undefined || condition === undefined) return [];
      const rows = countRows(connection, constraint.table, condition);
      if (rows === 0) return [];
      const passes = passing.some((one) => one.step === constraint.step && keyOf(one) === keyOf(constraint));
      return [
        {
          ...describeStep(step),
          table: constraint.table,
          kind: constraint.kind,
          columns: constraint.columns,
          ...(constraint.existing ? { existing: true as const } : {}),
          rows,
          examples: exampleRows(connection, constraint.table, condition),
          liftedBy: liftedBy(constraint, plan.steps),
          blocking: !passes,
        },
      ];
    });
}

/** True when a table may hold NULL where one of its columns does not allow it. Asked in one go over the rows. */
function mayHoldForbiddenNull(connection: Reader, table: string, columns: readonly string[]): boolean {
  const condition = columns.map((column) => `typeof(${quote(column)}) = 'null'`).join(" OR ");
  if (condition === "") return false;
  const row = connection
    .prepare(`SELECT EXISTS (SELECT 1 FROM ${quote(table)} WHERE ${condition}) AS found`)
    .get();
  return row?.found === 1;
}

/**
 * The constraints that the rows of a database have to meet at a step of a plan: those that it adds, and, where it is the first to
 * make a table anew, the NOT NULLs that the table has already, which old SQLite files can hold broken.
 */
export function constraintsToMeet(
  connection: Reader,
  plan: MigrationPlan,
  step: number,
  { noForbiddenNulls = false }: KnownRows,
): AddedConstraint[] {
  const added = addedConstraints(plan.steps).filter((constraint) => constraint.step === step);
  return noForbiddenNulls ? added : [...brokenBefore(connection, plan, step), ...added];
}

function brokenBefore(connection: Reader, plan: MigrationPlan, step: number): AddedConstraint[] {
  const before = new Set(plan.steps.slice(0, step).flatMap(rebuiltTables));
  const rebuilt = plan.steps.slice(step, step + 1).flatMap(rebuiltTables);
  const first = new Set(rebuilt.filter((table) => !before.has(table)));
  return [...first].flatMap((table): AddedConstraint[] => {
    const required = (readTable(connection, table)?.columns ?? [])
      .filter(({ name, notNull }) => notNull && name.toLowerCase() !== "id")
      .map(({ name }) => name);
    if (!mayHoldForbiddenNull(connection, table, required)) return [];
    return required.map((name) => ({
      step,
      table,
      kind: "not-null",
      name: null,
      columns: [name],
      existing: true,
    }));
  });
}

function rebuiltTables(step: Step): string[] {
  return step.revision[step.direction].flatMap((operation) =>
    operation.kind === "alter-table" && mayRebuild(tableOf(step.schema, operation.table), operation)
      ? [operation.table]
      : [],
  );
}

/** What tells one constraint from another. */
export function keyOf({ kind, table, columns, name }: Omit<AddedConstraint, "step">): string {
  return kind === "check" ? `check ${table} ${name}` : `${kind} ${table} (${columns.join(", ")})`;
}

/** A condition that is true for the rows that break a constraint; `undefined` where the columns are not there yet. */
export function violatingCondition(connection: Reader, constraint: AddedConstraint): string | undefined {
  const { table, kind, columns, expression } = constraint;
  const real = readTable(connection, table);
  if (real === undefined) return undefined;
  const names = new Set(real.columns.map(({ name }) => name.toLowerCase()));
  if (columns.some((column) => !names.has(column.toLowerCase()))) return undefined;
  if (kind === "check") return `NOT (${expression})`;
  const quoted = columns.map((column) => `${quote(table)}.${quote(column)}`);
  // SQLite takes `IS NULL` on a NOT NULL column for false without looking.
  const isNull = quoted.map((column) => `typeof(${column}) = 'null'`).join(" OR ");
  if (kind === "not-null") return isNull;
  return `NOT (${isNull}) AND id NOT IN (SELECT min(id) FROM ${quote(table)} GROUP BY ${quoted.join(", ")})`;
}

export function countRows(connection: Reader, table: string, condition: string): number {
  const row = connection.prepare(`SELECT count(*) AS rows FROM ${quote(table)} WHERE ${condition}`).get();
  return Number(row?.rows ?? 0);
}

export function exampleRows(connection: Reader, table: string, condition: string): ViolatingRow[] {
  const statement = connection.prepare(
    `SELECT id, ${dispatchOf(connection, table)} AS dispatch FROM ${quote(table)} WHERE ${condition} ORDER BY id LIMIT ${EXAMPLES}`,
  );
  statement.setReadBigInts(true);
  return statement.all().map(({ id, dispatch }) => {
    const shown = typeof id === "bigint" && Number.isSafeInteger(Number(id)) ? Number(id) : String(id);
    return dispatch === null ? { id: shown } : { id: shown, dispatchId: String(dispatch) };
  });
}

/** Which dispatch a row belongs to, as SQL. */
function dispatchOf(connection: Reader, table: string): string {
  const name = table.toLowerCase();
  if (readTable(connection, "lattices") === undefined) return "NULL";
  if (name === "lattices") return "dispatch_id";
  const ofElectron = (electron: string) =>
    `(SELECT l.dispatch_id FROM electrons AS e JOIN lattices AS l ON l.id = e.parent_lattice_id WHERE e.id = ${electron})`;
  if (name === "electrons") return ofElectron("electrons.id");
  if (name === "electron_dependency") return ofElectron("electron_dependency.electron_id");
  return "NULL";
}

function describeStep({ revision }: Step): { revision: string; message: string } {
  return { revision: revision.id, message: revision.message };
}

/** A constraint in words: `lattices.electron_id NOT NULL`. */
export function constraintInWords({
  table,
  kind,
  columns,
  name,
  existing,
}: Omit<AddedConstraint, "step">): string {
  const which = columns.map((column) => `${table}.${column}`).join(" and ");
  if (existing) return `${table} anew, where ${which} is NOT NULL already`;
  if (kind === "not-null") return `${which} NOT NULL`;
  return kind === "unique" ? `${which} UNIQUE` : `the check ${literal(name ?? "")} of ${table}`;
}
