import { HISTORY, plan, type Step } from "./history.ts";
import type { AlterTable, Operation } from "./operations.ts";
import { tableOf } from "./schema.ts";

/**
 * What a migration will do: steps in groups, each group one transaction.
 *
 * Most groups are one revision. A constraint that one revision adds and a later one of the same plan lifts is *passing*: the
 * revisions from the one to the other form one group, in which the constraint is never applied, and only the last is stamped. So
 * rows that break a passing constraint stop nothing, and no file ever claims a revision without that revision's constraints. An
 * empty database becomes a full one in a single group: killed half-way it is still empty.
 */
export interface MigrationPlan {
  readonly from: string | null;
  readonly to: string | null;
  readonly direction: Step["direction"];
  readonly steps: readonly Step[];
  readonly groups: readonly StepGroup[];
}

export interface StepGroup {
  readonly from: string | null;
  readonly to: string | null;
  /** At least one. Each has its `Running upgrade A -> B` line. */
  readonly steps: readonly Step[];
  readonly passing: readonly PassingConstraint[];
}

/** A constraint that rows have to meet, and the step that asks for it. */
export interface AddedConstraint {
  /** Which step of the plan. */
  readonly step: number;
  readonly table: string;
  readonly kind: "not-null" | "unique" | "check";
  readonly name: string | null;
  readonly columns: readonly string[];
  /** For a check. */
  readonly expression?: string;
  /** The database has it already, and holds rows that break it. */
  readonly existing?: true;
}

export interface PassingConstraint extends AddedConstraint {
  /** Which step of the plan takes it away again. */
  readonly liftedAt: number;
}

/**
 * The plan from one revision to another; `null` is the empty database.
 *
 * @example
 * planMigration({ revision: "9b9d58f02985", to: HEAD }).groups[0]?.steps.map(({ revision }) => revision.id);
 * // ["9f1271ef662a", "26d71848a404"]: the first's NOT NULL is lifted by the second
 */
export function planMigration(wanted: {
  readonly revision: string | null;
  readonly to: string | null;
}): MigrationPlan {
  const { revision: from, to } = wanted;
  const steps = plan(from, to);
  const direction = steps[0]?.direction ?? "upgrade";
  const passing = passingConstraints(steps);
  return { from, to, direction, steps, groups: groupSteps(steps, passing, from) };
}

/** The constraints that a plan's steps ask of rows that may be there already. */
export function addedConstraints(steps: readonly Step[]): AddedConstraint[] {
  return steps.flatMap((step, index) =>
    alterations(step).flatMap(({ change, nullable }) => constraintsOf(change, nullable, index)),
  );
}

/** The revision that lifts a constraint after the given step, going on through the whole history in the same direction. */
export function liftedBy(constraint: AddedConstraint, steps: readonly Step[]): string | null {
  const step = steps[constraint.step];
  if (step === undefined) return null;
  const end = step.direction === "upgrade" ? (HISTORY.at(-1)?.id ?? null) : null;
  const onwards = plan(step.to, end);
  return onwards.find((later) => lifts(later, constraint))?.revision.id ?? null;
}

function passingConstraints(steps: readonly Step[]): PassingConstraint[] {
  return addedConstraints(steps).flatMap((constraint) => {
    const liftedAt = steps.findIndex((step, index) => index > constraint.step && lifts(step, constraint));
    return liftedAt === -1 ? [] : [{ ...constraint, liftedAt }];
  });
}

function groupSteps(
  steps: readonly Step[],
  passing: readonly PassingConstraint[],
  from: string | null,
): StepGroup[] {
  const groups: StepGroup[] = [];
  for (let start = 0; start < steps.length; ) {
    const end = from === null ? steps.length : endOfGroup(start, passing);
    const group = steps.slice(start, end);
    const first = start;
    groups.push({
      from: group[0]?.from ?? null,
      to: group.at(-1)?.to ?? null,
      steps: group,
      passing: passing.filter(({ step }) => step >= first && step < end),
    });
    start = end;
  }
  return groups;
}

/** The end of the group that starts here: it grows until no constraint is lifted outside of it. */
function endOfGroup(start: number, passing: readonly PassingConstraint[]): number {
  let end = start + 1;
  for (let grown = true; grown; ) {
    const last = Math.max(
      ...passing.filter(({ step }) => step >= start && step < end).map((one) => one.liftedAt + 1),
      end,
    );
    grown = last > end;
    end = last;
  }
  return end;
}

function alterations(step: Step): { change: AlterTable; nullable: (column: string) => boolean }[] {
  return step.revision[step.direction].filter(isAlteration).map((change) => ({
    change,
    nullable: (name) => {
      const table = step.schema.get(change.table);
      return (
        table !== undefined &&
        tableOf(step.schema, change.table).columns.some((one) => one.name === name && !one.notNull)
      );
    },
  }));
}

function isAlteration(operation: Operation): operation is AlterTable {
  return operation.kind === "alter-table";
}

function constraintsOf(
  change: AlterTable,
  nullable: (column: string) => boolean,
  step: number,
): AddedConstraint[] {
  const { table } = change;
  const notNull = (change.alterColumns ?? [])
    .filter((altered) => altered.notNull && nullable(altered.name))
    .map(({ name }) => ({ step, table, kind: "not-null", name: null, columns: [name] }) as const);
  const others = (change.addConstraints ?? []).flatMap((constraint): AddedConstraint[] => {
    if (constraint.kind === "unique") {
      return [{ step, table, kind: "unique", name: constraint.name, columns: constraint.columns }];
    }
    if (constraint.kind !== "check") return [];
    return [
      { step, table, kind: "check", name: constraint.name, columns: [], expression: constraint.expression },
    ];
  });
  return [...notNull, ...others];
}

function lifts(step: Step, { table, kind, name, columns }: AddedConstraint): boolean {
  return step.revision[step.direction].some((operation) => {
    if (operation.kind === "drop-table") return operation.table === table;
    if (operation.kind !== "alter-table" || operation.table !== table) return false;
    if (operation.dropColumns?.some((dropped) => columns.includes(dropped))) return true;
    if (kind !== "not-null") return name !== null && (operation.dropConstraints ?? []).includes(name);
    return (operation.alterColumns ?? []).some(
      (altered) => !altered.notNull && columns.includes(altered.name),
    );
  });
}
