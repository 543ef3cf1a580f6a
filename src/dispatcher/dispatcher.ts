/**
 * Decides what runs next. It takes up a dispatch when it is started (or found unfinished at the start of the server), hands the
 * nodes that are ready to their executors (attempts.ts), and turns every outcome into one commit: the node's end and output,
 * whatever follows for structural nodes and descendants, and the end of the dispatch. Children start after that commit, never
 * before.
 *
 * It knows executors, storage and the database by contract alone. What it holds in memory can be lost at any instant: the
 * database has everything that was told to anyone, and `recover` goes on from there.
 */
import type { Journal } from "../database/journal.ts";
import type { Executor, ExecutorHealth, ProducedPayload } from "../executors/executor.ts";
import type { Change } from "../model/change.ts";
import { CovalentError } from "../model/errors.ts";
import type { Logger } from "../model/logger.ts";
import type { PayloadRef } from "../model/payload.ts";
import type { AssetStore } from "../storage/asset-store.ts";
import { ActiveDispatch } from "./active-dispatch.ts";
import { Advance } from "./advance.ts";
import { Attempts } from "./attempts.ts";
import { onceThereIsRoom } from "./patience.ts";
import { isKept, keepPayload } from "./produced.ts";

export interface DispatcherParts {
  readonly journal: Journal;
  readonly store: AssetStore;
  /** By name. */
  readonly executors: ReadonlyMap<string, Executor>;
  readonly logger: Logger;
}

export class Dispatcher {
  readonly #parts: DispatcherParts;
  readonly #attempts: Attempts;
  readonly #active = new Map<string, ActiveDispatch>();
  /** Resolves when the dispatches of the earlier server are taken up. */
  #recovery: Promise<void> = Promise.resolve();
  #recovered = false;
  #closing = false;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
    this.#attempts = new Attempts(parts, {
      holds: (active) => this.#active.get(active.id) === active,
      commit: (active, advance) => this.#commit(active, advance),
      broken: (active, error) => this.#broken(active, error),
      store: (payload) => this.#store(payload),
    });
  }

  /** Starts a registered dispatch. Starting it again, at any time and from anywhere, does nothing. */
  async start(dispatchId: string): Promise<void> {
    // Else one that is claimed while the unfinished ones are listed would be taken up twice.
    await this.#recovery;
    if (this.#closing) throw new CovalentError("SERVER_STOPPING");
    if (!(await this.#parts.journal.claimStart(dispatchId, Date.now()))) return;
    // If the process dies here, the dispatch is STARTING and `recover` takes it up.
    await this.#takeUp(dispatchId);
  }

  /** Takes up every dispatch that was under way when the last server ended. Called once, before anything is started. */
  recover(): Promise<void> {
    this.#recovery = this.#recoverAll();
    return this.#recovery;
  }

  async #recoverAll(): Promise<void> {
    for (const dispatchId of await this.#parts.journal.inFlight()) {
      this.#parts.logger.info({ dispatchId }, "taking up a dispatch of an earlier server");
      // One that cannot go on has been ended with the reason; the others do not wait for it.
      await this.#takeUp(dispatchId).catch(() => undefined);
    }
    this.#recovered = true;
  }

  /** Cancelling is a matter of the next version. */
  cancel(_dispatchId: string, _nodeIds?: readonly number[]): Promise<void> {
    return Promise.reject(
      new CovalentError("NOT_YET", {
        feature: "cancelling a dispatch",
        alternative: "Give its electrons a timeout.",
      }),
    );
  }

  health(): DispatcherHealth {
    const executors = this.#attempts.health();
    return { running: this.#recovered && !this.#closing, active: this.#active.size, executors };
  }

  /** Hands out no more work and lets the executors go. Nothing is cancelled: what runs is found again by the next server. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#attempts.close();
  }

  async #takeUp(dispatchId: string): Promise<void> {
    try {
      const stored = await this.#parts.journal.load(dispatchId);
      if (stored === undefined) throw new CovalentError("DISPATCH_NOT_FOUND", { dispatchId });
      const active = new ActiveDispatch(stored);
      this.#active.set(dispatchId, active);
      await this.#commit(active, beginning(active));
      this.#resume(active);
    } catch (error) {
      this.#active.delete(dispatchId);
      this.#parts.logger.error({ dispatchId, err: error }, "a dispatch could not be taken up");
      await this.#parts.journal.abandon(
        dispatchId,
        Date.now(),
        `it could not be taken up: ${messageOf(error)}`,
      );
      throw error;
    }
  }

  /** After a restart: attempts that were under way are found again, or the node waits for its next one. */
  #resume(active: ActiveDispatch): void {
    for (const node of active.state.nodes) {
      // As it was stored: what this server has started since has its attempt already.
      if (node.status !== "RUNNING") continue;
      if (node.open === null) this.#attempts.enqueue(active, [node.nodeId]);
      else this.#attempts.attach(active, node, node.open);
    }
  }

  /**
   * Commits what follows from an event; the nodes that are ready start after it. Those whose executor lets no code run before
   * their place is durable get it at once: their places are committed behind this, so they start after it too, and one commit
   * does for both.
   */
  async #commit(active: ActiveDispatch, advance: Advance): Promise<void> {
    const changes = await Promise.all(advance.changes.map((change) => this.#storeLarge(change)));
    const committed = changes.length > 0 ? this.#parts.journal.commit(changes) : Promise.resolve();
    const later = this.#attempts.enqueuePlaceable(active, advance.ready);
    await committed;
    if (this.#active.get(active.id) !== active) return;
    if (active.state.unfinished === 0) this.#active.delete(active.id);
    this.#attempts.enqueue(active, later);
  }

  /** Large payloads go to the asset store before the commit that refers to them. */
  #store(payload: ProducedPayload): Promise<PayloadRef> {
    const { store, logger } = this.#parts;
    return onceThereIsRoom(() => keepPayload(payload, store), `payload ${payload.digest}`, logger);
  }

  /** Templates of many references are too large for the database. */
  #storeLarge(change: Change): Change | Promise<Change> {
    if (change.kind !== "node-status" || change.output === undefined) return change;
    if ("sameAs" in change.output || isKept(change.output)) return change;
    return this.#store(change.output).then((output) => ({ ...change, output }));
  }

  /** The database or the store refused: what is in memory may be ahead of it. The dispatch rests until the next start of the server. */
  #broken(active: ActiveDispatch, error: unknown): void {
    const dispatchId = active.id;
    if (!this.#active.delete(dispatchId)) return;
    this.#parts.logger.error(
      { dispatchId, err: error },
      "a dispatch could not go on; it will be taken up at the next start",
    );
  }
}

/** The first changes of a dispatch: it runs, and so does what waits for nothing. */
function beginning({ id, state }: ActiveDispatch): Advance {
  const at = Date.now();
  const advance = new Advance(state, at);
  const { row: dispatch, status } = state.stored;
  if (status === "STARTING") {
    advance.changes.push({ kind: "dispatch-status", dispatch, dispatchId: id, status: "RUNNING", at });
  }
  advance.begin();
  return advance;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export interface DispatcherHealth {
  /** False before the dispatches of the earlier server were taken up, and once this one stops. */
  readonly running: boolean;
  /** Dispatches that are under way. */
  readonly active: number;
  /** By the executor's name. */
  readonly executors: Readonly<Record<string, ExecutorHealth>>;
}
