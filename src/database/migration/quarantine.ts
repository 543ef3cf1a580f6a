import { CARRIED, openCarried } from "../dialects/sqlite/carried.ts";
import { includesName, literal, quote } from "../dialects/sqlite/names.ts";
import { type RealTable, readTable } from "../dialects/sqlite/real-table.ts";
import type { SqlRun } from "../dialects/sqlite/sql-run.ts";
import { HISTORY, type Step } from "./history.ts";
import type { AddedColumn } from "./operations.ts";
import { tableOf } from "./schema.ts";
import { keyOf } from "./violations.ts";

/**
 * Rows that a revision does not allow, kept aside with everything that depends on them.
 *
 * For each table there is `_covalent_quarantine_<table>`: the table's own columns, the revision, the reason, and the constraint that
 * the rows stand in for. A step that lifts the constraint brings them back by itself; `restoreQuarantined` does it on request.
 */
export const QUARANTINE = "_covalent_quarantine_";

export interface Aside {
  readonly table: string;
  /** SQL: which rows. */
  readonly condition: string;
  readonly constraint: string;
  readonly revision: string;
  readonly reason: string;
  /** False: they are deleted and not kept. */
  readonly keep: boolean;
}

/** What goes with what: rows of `table` whose `column` names a row of `of` that goes. */
const DEPENDENTS = [
  { table: "electrons", column: "parent_lattice_id", of: "lattices" },
  // A sublattice's dispatch is part of the electron that it is.
  { table: "lattices", column: "electron_id", of: "electrons" },
  { table: "electron_dependency", column: "electron_id", of: "electrons" },
  { table: "electron_dependency", column: "parent_electron_id", of: "electrons" },
  { table: "lattice_assets", column: "meta_id", of: "lattices" },
  { table: "electron_assets", column: "meta_id", of: "electrons" },
  { table: "bundles", column: "lattice_id", of: "lattices" },
  { table: "attempts", column: "electron_id", of: "electrons" },
] as const;

/** Takes rows, and everything that depends on them, out of their tables. */
export function setAside(run: SqlRun, aside: Aside): void {
  const chosen = chooseRows(run, aside);
  for (const table of chosen) {
    const source = readTable(run.connection, table);
    if (source === undefined) continue;
    const where = `rowid IN (SELECT row FROM ${setName(table)})`;
    if (aside.keep) keepRows(run, source, aside, table.toLowerCase() === aside.table.toLowerCase(), where);
    run.run(`DELETE FROM ${quote(source.name)} WHERE ${where}`);
  }
  for (const table of chosen) run.run(`DROP TABLE ${setName(table)}`);
}

/** Fills a temporary table of row ids for each table that is affected, until nothing more depends on what is chosen. */
function chooseRows(run: SqlRun, { table, condition }: Aside): string[] {
  const chosen = [table];
  openSet(run, table);
  run.run(`INSERT INTO ${setName(table)} SELECT rowid FROM ${quote(table)} WHERE ${condition}`);
  for (let grown = true; grown; ) {
    grown = false;
    for (const dependent of DEPENDENTS) {
      const real = readTable(run.connection, dependent.table);
      if (real === undefined || !chosen.includes(dependent.of)) continue;
      if (
        !includesName(
          real.columns.map(({ name }) => name),
          dependent.column,
        )
      )
        continue;
      if (!chosen.includes(dependent.table)) {
        chosen.push(dependent.table);
        openSet(run, dependent.table);
      }
      const added = run.run(
        `INSERT OR IGNORE INTO ${setName(dependent.table)} SELECT rowid FROM ${quote(real.name)} WHERE ${quote(dependent.column)} IN (SELECT row FROM ${setName(dependent.of)})`,
      );
      grown ||= added > 0;
    }
  }
  return chosen;
}

function setName(table: string): string {
  return `temp.${quote(`covalent_chosen_${table.toLowerCase()}`)}`;
}

function openSet(run: SqlRun, table: string): void {
  run.run(`CREATE TABLE ${setName(table)} (row INTEGER PRIMARY KEY)`);
}

function keepRows(run: SqlRun, source: RealTable, aside: Aside, broke: boolean, where: string): void {
  const kept = QUARANTINE + source.name.toLowerCase();
  run.run(
    `CREATE TABLE IF NOT EXISTS ${quote(kept)} (_revision TEXT NOT NULL, _reason TEXT NOT NULL, _constraint TEXT NOT NULL)`,
  );
  const there = readTable(run.connection, kept)?.columns.map(({ name }) => name) ?? [];
  const columns = source.columns.filter(({ generated }) => !generated).map(({ name }) => name);
  // Without a type a value is kept exactly as it is.
  for (const name of columns.filter((column) => !includesName(there, column))) {
    run.run(`ALTER TABLE ${quote(kept)} ADD COLUMN ${quote(name)}`);
  }
  const list = columns.map((name) => quote(name)).join(", ");
  const reason = broke ? `CASE WHEN ${aside.condition} THEN :reason ELSE :depends END` : ":depends";
  run.run(
    `INSERT INTO ${quote(kept)} (_revision, _reason, _constraint, ${list}) SELECT :revision, ${reason}, :constraint, ${list} FROM ${quote(source.name)} WHERE ${where}`,
    {
      revision: aside.revision,
      constraint: aside.constraint,
      depends: `belongs to a row of ${aside.table} that was set aside: ${aside.reason}`,
      ...(broke ? { reason: aside.reason } : {}),
    },
  );
}

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
  const places = target.columns.filter(({ generated }) => !generated);
  const common = own.filter((name) =>
    includesName(
      places.map((place) => place.name),
      name,
    ),
  );
  const filled = places.flatMap(({ name, notNull }) => {
    const fill = notNull && !includesName(own, name) ? fillOf(table, name) : undefined;
    return fill === undefined ? [] : [{ name, value: fill }];
  });
  const which = constraint === undefined ? "1" : `_constraint = ${literal(constraint)}`;
  const values: Value[] = [...common.map((name) => ({ name, value: quote(name) })), ...filled];
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
  for (const name of own.filter((column) => !includesName(common, column))) {
    run.run(
      `INSERT OR IGNORE INTO ${CARRIED} (table_name, row_id, column_name, value) SELECT ${literal(table)}, id, ${literal(name)}, ${quote(name)} ${from} AND ${quote(name)} IS NOT NULL`,
    );
  }
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
