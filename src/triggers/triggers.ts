/**
 * Triggers: what starts a dispatch whenever something happens. A dispatch whose lattice has triggers waits, NEW_OBJECT, for the
 * first time that one of them fires; each further time a new dispatch repeats it.
 *
 * They are stored, so that they outlive the server: the next one goes on observing, with what was counted so far, and starts what
 * this one has prepared. What happens to a directory while no server runs is not seen; a time that has passed meanwhile counts once.
 */
import { randomUUID } from "node:crypto";
import { homedir } from "node:os";
import { isDeepStrictEqual } from "node:util";
import { CovalentError } from "../model/errors.ts";
import type { TriggerDefinition, TriggerRecord } from "../model/trigger.ts";
import { withoutPassword } from "./database-url.ts";
import { dueAfterPause, planTrigger } from "./observe.ts";
import { ObservedTrigger, type ObservedTriggerParts } from "./observed-trigger.ts";

export class Triggers {
  readonly #parts: ObservedTriggerParts;
  readonly #observed = new Map<string, ObservedTrigger>();
  /** Pauses and ends, one after the other. */
  #changes: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(parts: ObservedTriggerParts) {
    this.#parts = parts;
  }

  /** Takes up those of earlier servers. Called once. */
  async recover(): Promise<void> {
    await this.#inTurn(async () => {
      const observed = await this.#parts.triggers.observed();
      await this.#parts.passwords.keepOnly(new Set(observed.map(({ id }) => id)));
      // A client may have been quicker, and registered one with this server.
      for (const record of observed) if (!this.#observed.has(record.id)) this.#observe(record).resume();
    });
  }

  /**
   * Stores a trigger of a dispatch, and observes it: what happens once this has resolved is not missed. One that is observed for this
   * dispatch already is given back as it is: a client may ask again without knowing whether it was heard.
   *
   * @throws {CovalentError} `TRIGGER_UNOBSERVABLE`, `TRIGGER_DRIVER_MISSING`, `SERVER_STOPPING`
   */
  async register(dispatchId: string, given: TriggerDefinition): Promise<TriggerRecord> {
    const { definition, password } = toStored(given);
    const { dueAt } = await planTrigger(definition, this.#parts.rows, Date.now());
    const observed = await this.#inTurn(() => this.#add({ dispatchId, definition, dueAt }, password));
    await observed.ready;
    return observed.record;
  }

  async #add(
    { dispatchId, definition, dueAt }: Pick<TriggerRecord, "dispatchId" | "definition" | "dueAt">,
    password: string | undefined,
  ): Promise<{ readonly record: TriggerRecord; readonly ready?: Promise<void> }> {
    if (this.#closed) throw new CovalentError("SERVER_STOPPING");
    const { triggers, passwords } = this.#parts;
    const { items } = await triggers.list({ dispatchId, observed: true, offset: 0, count: 1_000 });
    const same = items.find((one) => isDeepStrictEqual(one.definition, definition));
    const id = same?.id ?? randomUUID();
    if (password !== undefined) await passwords.keep(id, password);
    if (same !== undefined) return { record: same };
    // If the process dies here, the next server removes the password.
    const record = await triggers.add({ id, dispatchId, definition, at: Date.now(), dueAt });
    // If the process dies here, the next server observes it.
    return this.#closed ? { record } : { record, ready: this.#observe(record).ready };
  }

  /** Observes those of these dispatches, or with these ids, no more. Gives the ids of those that were observed. */
  async stop(
    which: { readonly dispatchIds: readonly string[] } | { readonly ids: readonly string[] },
  ): Promise<readonly string[]> {
    return this.#inTurn(async () => {
      const ids = await this.#parts.triggers.stop(which, Date.now());
      await Promise.all(ids.map((id) => this.#close(id)));
      await this.#parts.passwords.forget(ids);
      return ids;
    });
  }

  /**
   * Observes one no more for a while, or again. It survives the server. What happens meanwhile is not counted, and a time that
   * passes is not made up for; what was counted before stays.
   *
   * @throws {CovalentError} `TRIGGER_NOT_FOUND`, `SERVER_STOPPING`
   */
  setPaused(id: string, paused: boolean): Promise<TriggerRecord> {
    return this.#inTurn(() => this.#setPaused(id, paused));
  }

  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const changed = this.#changes.then(change);
    this.#changes = changed.catch(() => undefined);
    return changed;
  }

  async #setPaused(id: string, paused: boolean): Promise<TriggerRecord> {
    const { triggers } = this.#parts;
    const before = await this.#found(id);
    if ((before.pausedAt !== null) === paused) return before;
    const now = Date.now();
    const dueAt = paused ? before.dueAt : dueAfterPause(before, now);
    await triggers.pause(id, paused ? now : null, dueAt);
    // If the process dies here, the next server goes by what is stored. A firing that is under way ends first, and counts.
    await this.#observed.get(id)?.close();
    const record = await this.#found(id);
    if (!this.#closed) await this.#observe(record).ready;
    return record;
  }

  async #found(id: string): Promise<TriggerRecord> {
    if (this.#closed) throw new CovalentError("SERVER_STOPPING");
    const record = this.#observed.has(id) ? await this.#parts.triggers.find(id) : undefined;
    if (record === undefined || record.stoppedAt !== null)
      throw new CovalentError("TRIGGER_NOT_FOUND", { triggerId: id });
    return record;
  }

  /**
   * Fires one now, whatever it waits for, also while it is paused. Gives the dispatch that is started.
   *
   * @throws {CovalentError} `TRIGGER_NOT_FOUND` when it is not observed; `DISPATCH_NOT_FOUND`, `ASSETS_MISSING`
   */
  async fire(id: string): Promise<string> {
    // One that is being paused is counted by who comes after it.
    await this.#changes;
    const observed = this.#observed.get(id);
    if (observed === undefined) throw new CovalentError("TRIGGER_NOT_FOUND", { triggerId: id });
    return observed.fire();
  }

  /** Observes nothing more, and resolves when no firing is under way. All of it goes on with the next server. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#changes;
    await Promise.all([...this.#observed.keys()].map((id) => this.#close(id)));
  }

  #observe(record: TriggerRecord): ObservedTrigger {
    const observed = new ObservedTrigger(record, this.#parts);
    this.#observed.set(record.id, observed);
    return observed;
  }

  async #close(id: string): Promise<void> {
    const observed = this.#observed.get(id);
    this.#observed.delete(id);
    await observed?.close();
  }
}

/** A password is kept apart from what is stored and shown. A home is that of whoever runs the server. */
function toStored(given: TriggerDefinition): {
  readonly definition: TriggerDefinition;
  readonly password: string | undefined;
} {
  if (given.name === "DirTrigger")
    return {
      definition: { ...given, dir_path: given.dir_path.replace(/^~(?=\/|$)/, homedir()) },
      password: undefined,
    };
  if (given.name !== "DatabaseTrigger") return { definition: given, password: undefined };
  const { url, password } = withoutPassword(given.db_path);
  return { definition: { ...given, db_path: url }, password };
}
