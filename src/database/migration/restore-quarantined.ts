import { CARRIED, openCarried, QUARANTINE } from "../dialects/sqlite/carried.ts";
import { includesName, literal, quote, sameName } from "../dialects/sqlite/names.ts";
import { type RealTable, readTable } from "../dialects/sqlite/real-table.ts";
import type { SqlRun } from "../dialects/sqlite/sql-run.ts";
import { giveJobs, JOBLESS } from "./give-jobs.ts";
import { HISTORY, type Step } from "./history.ts";
import type { AddedColumn } from "./operations.ts";
import { DEPENDENTS } from "./quarantine.ts";
import { dropSet, openSet, rowKey, setName } from "./row-sets.ts";
import { tableOf } from "./schema.ts";
import { keyOf } from "./violations.ts";

/** Brings back the rows whose constraint the step has lifted. */
export function returnQuarantined(run: SqlRun, step: Step): void {
  if (quarantineTables(run).length === 0) return;
  for (const constraint of liftedKeys(step)) restoreQuarantined(run, constraint);
}

/**
 * Puts quarantined rows back where they came from: those that stand in for one constraint, or all. Columns that are gone since are
 * carried; columns that are new get what an old row gets.
 *
 * A row stays aside while another has its id, while the database does not permit it, and while a row that it belongs to stays aside:
 * the row that has that one's id now is none of its.
 *
 * @returns how many rows of each table came back
 */
export function restoreQuarantined(run: SqlRun, constraint?: string): Record<string, number> {
  openCarried(run);
  run.run(`CREATE TABLE ${JOBLESS} (id INTEGER PRIMARY KEY)`);
  const all = quarantineTables(run).flatMap((kept): Quarantined[] => {
    const target = readTable(run.connection, kept.name.slice(QUARANTINE.length));
    return target === undefined ? [] : [{ ...columnsOf(run, kept, target), kept, target }];
  });
  const which = constraint === undefined ? "1" : `_constraint = ${literal(constraint)}`;
  const owners = all.filter(isOwner);
  const restored: Record<string, number> = {};
  const came = (one: Quarantined, rows: number): void => {
    if (rows > 0) restored[one.target.name] = (restored[one.target.name] ?? 0) + rows;
  };
  for (const one of all) choose(run, one, which);
  putBackOwners(run, owners);
  for (const one of owners) came(one, finish(run, one));
  leaveThoseOfOthers(run, all);
  for (const one of all.filter((other) => !isOwner(other))) came(one, putBackOthers(run, one));
  for (const { kept, target } of all) {
    dropSet(run, target.name);
    if (run.count(`SELECT EXISTS (SELECT 1 FROM ${quote(kept.name)})`) === 0)
      run.run(`DROP TABLE ${quote(kept.name)}`);
  }
  giveJobs(run);
  run.run(`DROP TABLE ${JOBLESS}`);
  return restored;
}

/** A table with the rows of it that are aside. Which of them are to come back is in its set, by their rowids in `kept`. */
interface Quarantined {
  readonly kept: RealTable;
  readonly target: RealTable;
  readonly hasId: boolean;
  /** What goes into the table's columns. */
  readonly values: readonly Value[];
  /** Columns that the table has no more. */
  readonly gone: readonly string[];
}

interface Value {
  readonly name: string;
  /** SQL. */
  readonly value: string;
}

/** Tables whose ids others name. Rows of the rest can take another id where theirs was given away. */
const OWNERS: readonly string[] = ["lattices", "electrons", "jobs", "assets"];

function isOwner({ target }: Quarantined): boolean {
  return includesName(OWNERS, target.name);
}

function columnsOf(run: SqlRun, kept: RealTable, target: RealTable): Omit<Quarantined, "kept" | "target"> {
  const own = kept.columns
    .map(({ name }) => name)
    .filter((name) => !/^_(revision|reason|constraint)$/.test(name));
  const places = target.columns.filter(({ generated }) => !generated).map(({ name }) => name);
  const common = own.filter((name) => includesName(places, name));
  const added = places
    .filter((name) => !includesName(own, name))
    .flatMap((name) => fillOf(run, kept, target, name) ?? []);
  return {
    hasId: includesName(own, "id"),
    values: [...common.map((name) => ({ name, value: quote(name) })), ...added],
    gone: own.filter((name) => !includesName(common, name)),
  };
}

/** What the history gives an old row in a column that it added since. */
function fillOf(run: SqlRun, kept: RealTable, target: RealTable, name: string): Value | undefined {
  const fills = HISTORY.flatMap(({ upgrade, downgrade }) => [...upgrade, ...downgrade])
    .flatMap((operation): AddedColumn[] =>
      operation.kind === "alter-table" && sameName(operation.table, target.name)
        ? (operation.addColumns ?? []).filter((column) => sameName(column.name, name))
        : [],
    )
    .flatMap(({ fill }) => fill ?? []);
  const value = fills.findLast((fill) => canBeAsked(run, `SELECT ${fill} ${fromKept(kept, target)}`));
  return value === undefined ? undefined : { name, value };
}

/** A fill builds on the columns of one revision, which the rows need not be of. */
function canBeAsked(run: SqlRun, sql: string): boolean {
  try {
    run.connection.prepare(sql);
    return true;
  } catch {
    return false;
  }
}

function fromKept(kept: RealTable, target: RealTable): string {
  return `FROM ${quote(kept.name)} AS ${quote(target.name.toLowerCase())}`;
}

/** Of several rows with one id, the one that was set aside first. */
function choose(run: SqlRun, one: Quarantined, which: string): void {
  const { kept, target, hasId } = one;
  openSet(run, target.name);
  const free = `id NOT IN (SELECT id FROM ${quote(target.name)} WHERE id IS NOT NULL)`;
  const rows =
    isOwner(one) && hasId
      ? `min(${rowKey(kept)}) FROM ${quote(kept.name)} WHERE ${which} AND ${free} GROUP BY id`
      : `${rowKey(kept)} FROM ${quote(kept.name)} WHERE ${which}`;
  run.run(`INSERT INTO ${setName(target.name)} SELECT ${rows}`);
}

/**
 * Puts back what others depend on, and takes it out again where that on which it depends itself did not come back. What the
 * database does not permit is passed over.
 */
function putBackOwners(run: SqlRun, owners: readonly Quarantined[]): void {
  leaveThoseOfOthers(run, owners);
  for (const one of owners) {
    insert(run, one, `${rowKey(one.kept)} IN (SELECT row FROM ${setName(one.target.name)})`);
    const isThere = `SELECT id FROM ${quote(one.target.name)}`;
    run.run(
      `DELETE FROM ${setName(one.target.name)} WHERE row NOT IN (SELECT ${rowKey(one.kept)} FROM ${quote(one.kept.name)} WHERE id IN (${isThere}))`,
    );
  }
  const before = (one: Quarantined) => `temp.${quote(`covalent_put_back_${one.target.name.toLowerCase()}`)}`;
  for (const one of owners)
    run.run(`CREATE TABLE ${before(one)} AS SELECT row FROM ${setName(one.target.name)}`);
  leaveThoseOfOthers(run, owners);
  for (const one of owners) {
    const again = `SELECT row FROM ${before(one)} EXCEPT SELECT row FROM ${setName(one.target.name)}`;
    run.run(
      `DELETE FROM ${quote(one.target.name)} WHERE id IN (SELECT id FROM ${quote(one.kept.name)} WHERE ${rowKey(one.kept)} IN (${again}))`,
    );
    run.run(`DROP TABLE ${before(one)}`);
  }
}

/** Takes out of the sets what belongs to rows that stay aside, until nothing more does. */
function leaveThoseOfOthers(run: SqlRun, all: readonly Quarantined[]): void {
  for (let shrunk = true; shrunk; ) {
    shrunk = false;
    for (const { table, column, of } of DEPENDENTS) {
      const one = all.find(({ target }) => sameName(target.name, table));
      const parent = quarantinedTable(run, of);
      if (one === undefined || parent === undefined || !hasColumn(one.kept, column)) continue;
      const comes = all.some(({ target }) => sameName(target.name, of))
        ? ` AND ${rowKey(parent)} NOT IN (SELECT row FROM ${setName(of)})`
        : "";
      const aside = `SELECT id FROM ${quote(parent.name)} WHERE id IS NOT NULL${comes}`;
      const left = run.run(
        `DELETE FROM ${setName(table)} WHERE row IN (SELECT ${rowKey(one.kept)} FROM ${quote(one.kept.name)} WHERE ${quote(column)} IN (${aside}))`,
      );
      shrunk ||= left > 0;
    }
  }
}

function insert(
  run: SqlRun,
  { kept, target, values }: Quarantined,
  where: string,
  without: readonly string[] = [],
): number {
  const chosen = values.filter(({ name }) => !includesName(without, name));
  const targets = chosen.map(({ name }) => quote(name)).join(", ");
  const list = chosen.map(({ value }) => value).join(", ");
  return run.run(
    `INSERT OR IGNORE INTO ${quote(target.name)} (${targets}) SELECT ${list} ${fromKept(kept, target)} WHERE ${where}`,
  );
}

/** What is left to do for rows that are back under their ids: they are no longer aside. */
function finish(run: SqlRun, one: Quarantined): number {
  const { kept, target, gone, values } = one;
  const table = target.name.toLowerCase();
  const where = `${rowKey(kept)} IN (SELECT row FROM ${setName(table)})`;
  for (const name of gone) {
    run.run(
      `INSERT OR IGNORE INTO ${CARRIED} (table_name, row_id, column_name, value) SELECT ${literal(table)}, id, ${literal(name)}, ${quote(name)} FROM ${quote(kept.name)} WHERE ${where} AND ${quote(name)} IS NOT NULL`,
    );
  }
  const isJobless =
    table === "electrons" &&
    !hasColumn(kept, "job_id") &&
    values.some(({ name }) => sameName(name, "job_id"));
  if (isJobless) run.run(`INSERT INTO ${JOBLESS} SELECT id FROM ${quote(kept.name)} WHERE ${where}`);
  return run.run(`DELETE FROM ${quote(kept.name)} WHERE ${where}`);
}

/** Puts back rows that nothing depends on. Where an id was given away, the row gets another: nobody names it by its id. */
function putBackOthers(run: SqlRun, one: Quarantined): number {
  const { kept, target, hasId, gone } = one;
  const set = setName(target.name);
  const key = rowKey(kept);
  const chosen = run.all<{ row: bigint }>(`SELECT row FROM ${set}`);
  let count = 0;
  if (hasId) {
    const there = `SELECT id FROM ${quote(target.name)} WHERE id IS NOT NULL`;
    run.run(
      `DELETE FROM ${set} WHERE row NOT IN (SELECT min(${key}) FROM ${quote(kept.name)} WHERE ${key} IN (SELECT row FROM ${set}) AND id NOT IN (${there}) GROUP BY id)`,
    );
    insert(run, one, `${key} IN (SELECT row FROM ${set})`);
    run.run(
      `DELETE FROM ${set} WHERE row NOT IN (SELECT ${key} FROM ${quote(kept.name)} WHERE id IN (${there}))`,
    );
    count = finish(run, one);
  }
  if (gone.length > 0) return count;
  for (const { row } of chosen) {
    if (insert(run, one, `${key} = ${row}`, ["id"]) === 1)
      count += run.run(`DELETE FROM ${quote(kept.name)} WHERE ${key} = ${row}`);
  }
  return count;
}

function hasColumn(table: RealTable, name: string): boolean {
  return table.columns.some((column) => sameName(column.name, name));
}

function quarantinedTable(run: SqlRun, table: string): RealTable | undefined {
  return readTable(run.connection, QUARANTINE + table);
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
