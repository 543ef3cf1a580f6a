import type { TriggerDefinition, TriggerRecord } from "../model/trigger.ts";

/** What the server asks of whoever observes triggers. */
export interface TriggerControl {
  /** Stores a trigger of a dispatch and observes it. @throws {CovalentError} `TRIGGER_UNOBSERVABLE` */
  register(dispatchId: string, definition: TriggerDefinition): Promise<TriggerRecord>;
  /** Observes those of these dispatches, or with these ids, no more. Gives the ids of those that were observed. */
  stop(
    which: { readonly dispatchIds: readonly string[] } | { readonly ids: readonly string[] },
  ): Promise<readonly string[]>;
  /** Pauses one or lets it go on. Resolves when that is durable. @throws {CovalentError} `TRIGGER_NOT_FOUND` */
  setPaused(id: string, paused: boolean): Promise<TriggerRecord>;
  /** Fires one now. Gives the dispatch that is started. @throws {CovalentError} `TRIGGER_NOT_FOUND` */
  fire(id: string): Promise<string>;
}
