import { REVISIONS } from "../revisions/index.ts";
import type { Revision } from "./operations.ts";
import { EMPTY_SCHEMA, type Schema, schemaAfter } from "./schema.ts";

/**
 * The history of the schema: a chain of revisions from nothing to head. The first ones are Covalent's own (their ids are in
 * users' databases), then come ours.
 */
export const HISTORY: readonly Revision[] = chain(REVISIONS);

/** The id of the newest revision. */
export const HEAD: string = idAt(HISTORY.length - 1);

/** One step of a plan. */
export interface Step {
  readonly direction: "upgrade" | "downgrade";
  readonly revision: Revision;
  /** The revision that the database is at before the step; `null` for an empty one. */
  readonly from: string | null;
  readonly to: string | null;
  /** The schema before the step. */
  readonly schema: Schema;
}

/**
 * The steps from one revision to another, in either direction; none when they are the same. `null` is the empty database.
 *
 * @example
 * plan("7b40a55c0752", "7e9fb153ecfb").map((step) => step.revision.message); // ["Add task_group table"]
 */
export function plan(from: string | null, to: string | null): readonly Step[] {
  const start = positionOf(from);
  const end = positionOf(to);
  const steps: Step[] = [];
  for (let at = start; at < end; at++) steps.push(stepBetween("upgrade", at, at + 1));
  for (let at = start; at > end; at--) steps.push(stepBetween("downgrade", at, at - 1));
  return steps;
}

/** The schema at a revision; `null` is the empty database. */
function schemaAt(revision: string | null): Schema {
  const position = positionOf(revision);
  return position === 0 ? EMPTY_SCHEMA : schemaAfter(HISTORY.slice(0, position));
}

function stepBetween(direction: Step["direction"], start: number, end: number): Step {
  const revision = HISTORY[Math.max(start, end) - 1];
  if (revision === undefined) throw new RangeError(`the history has no step ${start} -> ${end}`);
  const from = start === 0 ? null : idAt(start - 1);
  const to = end === 0 ? null : idAt(end - 1);
  return { direction, revision, from, to, schema: schemaAt(from) };
}

/** How many revisions lie before and including this one. */
function positionOf(revision: string | null): number {
  if (revision === null) return 0;
  const index = HISTORY.findIndex((known) => known.id === revision);
  if (index === -1) throw new RangeError(`there is no revision ${revision}`);
  return index + 1;
}

function idAt(index: number): string {
  const revision = HISTORY[index];
  if (revision === undefined) throw new RangeError(`the history has no revision number ${index}`);
  return revision.id;
}

/** Checks that each revision follows the one before it, so that a wrong `parent` is found when the program starts. */
function chain(revisions: readonly Revision[]): readonly Revision[] {
  revisions.forEach((revision, index) => {
    const before = index === 0 ? null : revisions[index - 1]?.id;
    if (revision.parent !== before) throw new Error(`revision ${revision.id} does not follow ${before}`);
  });
  return revisions;
}
