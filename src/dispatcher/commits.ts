import type { Journal } from "../database/journal.ts";
import type { ProducedPayload } from "../executors/executor.ts";
import type { Change, NodeStatusChange } from "../model/change.ts";
import type { Logger } from "../model/logger.ts";
import { KEPT_LIMIT, type PayloadRef } from "../model/payload.ts";
import type { AssetStore } from "../storage/asset-store.ts";
import type { ActiveDispatch } from "./active-dispatch.ts";
import { onceThereIsRoom } from "./patience.ts";
import { isKept, keepPayload } from "./produced.ts";

/** Changes in one commit: about 10 ms on the event loop. Those of a wide graph that is cancelled are committed in parts. */
const CHANGES_PER_COMMIT = 1_000;

/** Commits the changes of dispatches, each dispatch's in the order in which they were given. */
export class Commits {
  readonly #journal: Journal;
  readonly #store: AssetStore;
  readonly #logger: Logger;

  constructor(parts: { readonly journal: Journal; readonly store: AssetStore; readonly logger: Logger }) {
    this.#journal = parts.journal;
    this.#store = parts.store;
    this.#logger = parts.logger;
  }

  /**
   * Resolves when the changes are in the database. Many of them are committed in parts, first to last: if the process dies in
   * between, whoever takes the dispatch up finds what is missing.
   *
   * @param handedOver called when whatever is committed next comes behind these
   */
  async commit(active: ActiveDispatch, changes: readonly Change[], handedOver: () => void): Promise<void> {
    if (active.turn === undefined && changes.length <= CHANGES_PER_COMMIT && !changes.some(isLarge)) {
      const committed = changes.length > 0 ? this.#journal.commit(changes) : undefined;
      const isReadBack = changes.some(isOnlyStored);
      if (!isReadBack) handedOver();
      await committed;
      if (isReadBack) handedOver();
      return;
    }
    // What takes longer is not overtaken: the end of a dispatch comes after the ends of its nodes.
    const turn = (active.turn ?? Promise.resolve()).then(() => this.#commitParts(changes));
    const over: Promise<void> = turn.then(
      () => active.endTurn(over),
      () => active.endTurn(over),
    );
    active.turn = over;
    await turn;
    handedOver();
  }

  async #commitParts(changes: readonly Change[]): Promise<void> {
    for (let at = 0; at < changes.length; at += CHANGES_PER_COMMIT) {
      const part = changes.slice(at, at + CHANGES_PER_COMMIT);
      await this.#journal.commit(await Promise.all(part.map((change) => this.#storeLarge(change))));
    }
  }

  /** Large payloads go to the asset store before the commit that refers to them. */
  store(payload: ProducedPayload): Promise<PayloadRef> {
    const keep = () => keepPayload(payload, this.#store);
    return onceThereIsRoom(keep, `payload ${payload.digest}`, this.#logger);
  }

  async #storeLarge(change: Change): Promise<Change> {
    return isLarge(change) ? { ...change, output: await this.store(change.output) } : change;
  }
}

/** What is not kept in memory can only be read when it is in the database. */
function isOnlyStored(change: Change): boolean {
  if (change.kind !== "node-status" || change.output === undefined || "sameAs" in change.output) return false;
  return (change.output.inline?.byteLength ?? 0) > KEPT_LIMIT;
}

/** Templates of many references are too large for the database. */
function isLarge(change: Change): change is NodeStatusChange & { readonly output: PayloadRef } {
  if (change.kind !== "node-status" || change.output === undefined) return false;
  return !("sameAs" in change.output) && !isKept(change.output);
}
