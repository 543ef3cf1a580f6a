import type { TriggerDefinition, TriggerRecord } from "../../model/trigger.ts";

/**
 * The triggers of a database, so that they outlive the server that observes them. Times are milliseconds since the epoch. A promise
 * that has resolved is durable.
 */
export interface TriggerRepository {
  add(trigger: NewTrigger): Promise<TriggerRecord>;
  find(id: string): Promise<TriggerRecord | undefined>;
  /** Newest first. */
  list(query: TriggerQuery): Promise<{ readonly items: readonly TriggerRecord[]; readonly total: number }>;
  /** Every one that has not been stopped, oldest first. */
  observed(): Promise<readonly TriggerRecord[]>;
  /** Something has happened, or hinders it: what of it is other than before. */
  note(id: string, progress: TriggerProgress): Promise<void>;
  /** Pauses one, or (`null`) lets it go on, next at `dueAt`. What it has counted stays. */
  pause(id: string, at: number | null, dueAt: number | null): Promise<void>;
  /** Those of these dispatches, or with these ids, are not observed any more. Gives the ids of those that were. */
  stop(
    which: { readonly dispatchIds: readonly string[] } | { readonly ids: readonly string[] },
    at: number,
  ): Promise<readonly string[]>;
}

export interface NewTrigger {
  readonly id: string;
  readonly dispatchId: string;
  readonly definition: TriggerDefinition;
  readonly at: number;
  readonly dueAt: number | null;
}

export interface TriggerQuery {
  readonly dispatchId?: string;
  /** Leaves out those that were stopped. */
  readonly observed?: boolean;
  readonly offset: number;
  readonly count: number;
}

export type TriggerProgress = Partial<
  Pick<TriggerRecord, "events" | "dueAt" | "fired" | "firedAt" | "lastDispatchId" | "problem">
>;
