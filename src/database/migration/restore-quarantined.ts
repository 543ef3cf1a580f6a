import { CARRIED, openCarried, QUARANTINE } from "../dialects/sqlite/carried.ts";
import { includesName, literal, quote } from "../dialects/sqlite/names.ts";
import { type RealTable, readTable } from "../dialects/sqlite/real-table.ts";
import type { SqlRun } from "../dialects/sqlite/sql-run.ts";
import { HISTORY, type Step } from "./history.ts";
import type { AddedColumn } from "./operations.ts";
import { openSet, setName } from "./quarantine.ts";
import { tableOf } from "./schema.ts";
import { keyOf } from "./violations.ts";

/** Brings back the rows whose constraint the step has lifted. */
export function returnQuarantined(run: SqlRun, step: Step): void {
  if (quarantineTables(run).length === 0) return;
  for (const constraint of liftedKeys(step)) restoreQuarantined(run, constraint);
}

/**
 * Puts quarantined rows back where they came from: those that stand in for one constraint, or all. Columns that are gone since are
 * carried; columns that are new get what an old row gets. Rows whose id is taken meanwhile stay aside.
 *
 * @returns how many rows of each table came back
 */
export function restoreQuarantined(run: SqlRun, constraint?: string): Record<string, number> {
  openCarried(run);
  const restored: Record<string, number> = {};
  for (const kept of quarantineTables(run)) {
    const target = readTable(run.connection, kept.name.slice(QUARANTINE.length));
    if (target === undefined) continue;
    const count = restoreTable(run, kept, target, constraint);
    if (count > 0) restored[target.name] = count;
    if (run.count(`SELECT EXISTS (SELECT 1 FROM ${quote(kept.name)})`) === 0)
      run.run(`DROP TABLE ${quote(kept.name)}`);
  }
  return restored;
}

function restoreTable(
  run: SqlRun,
  kept: RealTable,
  target: RealTable,
  constraint: string | undefined,
): number {
  const table = target.name.toLowerCase();
  const own = kept.columns
    .map(({ name }) => name)
    .filter((name) => !/^_(revision|reason|constraint)$/.test(name));
  const common = commonColumns(own, target);
  const which = constraint === undefined ? "1" : `_constraint = ${literal(constraint)}`;
  const values = [...common.map((name) => ({ name, value: quote(name) })), ...filledColumns(own, target)];
  const chosen = `rowid IN (SELECT row FROM ${setName(table)})`;
  const from = `FROM ${quote(kept.name)} AS ${quote(table)} WHERE ${chosen}`;
  const hasId = includesName(own, "id");
  const choose = (condition: string): void => {
    run.run(`DELETE FROM ${setName(table)}`);
    run.run(`INSERT INTO ${setName(table)} SELECT rowid FROM ${quote(kept.name)} WHERE ${which}${condition}`);
  };
  openSet(run, table);
  choose(hasId ? ` AND id NOT IN (SELECT id FROM ${quote(target.name)})` : "");
  let count = insertFrom(run, target, values, from);
  carryTheRest(
    run,
    table,
    own.filter((column) => !includesName(common, column)),
    from,
  );
  run.run(`DELETE FROM ${quote(kept.name)} WHERE ${chosen}`);
  if (hasId && !REFERRED_TO.includes(table)) {
    choose("");
    const others = values.filter(({ name }) => !includesName(["id"], name));
    count += insertFrom(run, target, others, from);
    run.run(`DELETE FROM ${quote(kept.name)} WHERE ${chosen}`);
  }
  run.run(`DROP TABLE ${setName(table)}`);
  return count;
}

function commonColumns(own: readonly string[], target: RealTable): string[] {
  const places = target.columns.filter(({ generated }) => !generated).map(({ name }) => name);
  return own.filter((name) => includesName(places, name));
}

/** Columns that are new since and may not be NULL. */
function filledColumns(own: readonly string[], target: RealTable): Value[] {
  return target.columns.flatMap(({ name, notNull, generated }) => {
    const isNew = notNull && !generated && !includesName(own, name);
    const fill = isNew ? fillOf(target.name.toLowerCase(), name) : undefined;
    return fill === undefined ? [] : [{ name, value: fill }];
  });
}

/** Values of columns that are gone since. */
function carryTheRest(run: SqlRun, table: string, columns: readonly string[], from: string): void {
  for (const name of columns) {
    run.run(
      `INSERT OR IGNORE INTO ${CARRIED} (table_name, row_id, column_name, value) SELECT ${literal(table)}, id, ${literal(name)}, ${quote(name)} ${from} AND ${quote(name)} IS NOT NULL`,
    );
  }
}

interface Value {
  readonly name: string;
  /** SQL. */
  readonly value: string;
}

/** Tables whose ids others name. Rows of the rest can take another id where theirs was given away. */
const REFERRED_TO: readonly string[] = ["lattices", "electrons", "jobs", "assets"];

function insertFrom(run: SqlRun, target: RealTable, values: readonly Value[], from: string): number {
  const targets = values.map(({ name }) => quote(name)).join(", ");
  return run.run(
    `INSERT INTO ${quote(target.name)} (${targets}) SELECT ${values.map(({ value }) => value).join(", ")} ${from}`,
  );
}

/** What the history gives an old row in a column that it added since. */
function fillOf(table: string, column: string): string | undefined {
  const added = HISTORY.flatMap(({ upgrade }) => upgrade).flatMap((operation): AddedColumn[] =>
    operation.kind === "alter-table" && operation.table === table
      ? (operation.addColumns ?? []).filter(({ name }) => name === column)
      : [],
  );
  return added.at(-1)?.fill;
}

function quarantineTables(run: SqlRun): RealTable[] {
  const names = run.all<{ name: string }>(
    `SELECT name FROM sqlite_schema WHERE type = 'table' AND substr(name, 1, ${QUARANTINE.length}) = '${QUARANTINE}' ORDER BY name`,
  );
  return names.flatMap(({ name }) => readTable(run.connection, name) ?? []);
}

/** The constraints that a step takes away. */
function liftedKeys(step: Step): string[] {
  return step.revision[step.direction].flatMap((operation) => {
    if (operation.kind !== "alter-table") return [];
    const { table, alterColumns = [], dropConstraints = [] } = operation;
    const nullable = alterColumns
      .filter(({ notNull }) => !notNull)
      .map(({ name }) => keyOf({ table, kind: "not-null", name: null, columns: [name] }));
    const named = tableOf(step.schema, table).constraints.flatMap((constraint) => {
      if (constraint.kind !== "unique" && constraint.kind !== "check") return [];
      if (!dropConstraints.includes(constraint.name)) return [];
      const columns = constraint.kind === "unique" ? constraint.columns : [];
      return [keyOf({ table, kind: constraint.kind, name: constraint.name, columns })];
    });
    return [...nullable, ...named];
  });
}
