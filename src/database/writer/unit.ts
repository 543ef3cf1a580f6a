import type { StatusEvent } from "../../model/event.ts";

/**
 * What the writer works on: plain data, so that a thread can do it as well as the event loop.
 */

export type SqlValue = null | number | bigint | string | Uint8Array;

export interface Statement {
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
  /** So many rows must change; else its unit is undone and refused. This is how a transition is guarded where it happens. */
  readonly mustChange?: number;
  /** What an INSERT begins with, up to its one row, which all its parameters are: those that follow one another are run as one. */
  readonly insert?: string;
  /** It depends on nothing in its group, and nobody minds that it is there too soon: it is run before all others, with its like. */
  readonly early?: boolean;
}

/** Nodes of a dispatch that have completed. Those of a group are added up before they are written. */
export interface Completions {
  /** The dispatch's. */
  readonly row: number;
  readonly count: number;
  /** A DATETIME text. */
  readonly at: string;
}

/** An event that has no number yet: it gets one inside the transaction. */
export type NewEvent = Omit<StatusEvent, "sequence">;

/** One caller's changes: committed whole or not at all, whatever happens to the others of its group. */
export interface Unit {
  /** Units of one stream build on one another: once one is refused, those behind it are refused too. */
  readonly stream?: number;
  readonly statements: readonly Statement[];
  readonly events: readonly NewEvent[];
  readonly completions?: Completions;
}

export type UnitOutcome =
  /** Committed; `sequences` are the numbers of its events, in order. */
  | { readonly kind: "committed"; readonly sequences: readonly number[] }
  /** The statement with this index changed fewer rows than it had to. */
  | { readonly kind: "unchanged"; readonly statement: number }
  /** A statement was refused: a constraint, or an error of the program. */
  | { readonly kind: "refused"; readonly statement: number; readonly reason: string };

export type GroupOutcome =
  /** One outcome for each unit. */
  | { readonly kind: "done"; readonly outcomes: readonly UnitOutcome[] }
  /** Another program holds the lock. Nothing was done. */
  | { readonly kind: "busy" }
  /** The database cannot be written (disk full, I/O error). Nothing was done. */
  | { readonly kind: "failed"; readonly reason: string };

/** Executes units in one transaction. Never called twice at once. */
export type RunGroup = (units: readonly Unit[]) => Promise<GroupOutcome>;

export type Refusal = Exclude<UnitOutcome, { kind: "committed" }>;

/** What a unit gets whose stream has been refused before. */
export const BEHIND_A_REFUSAL: Refusal = {
  kind: "refused",
  statement: 0,
  reason: "an earlier change that this one builds on was refused",
};

/** How much work a unit is. */
export function weightOf(unit: Unit): number {
  return unit.statements.length + unit.events.length;
}
