import type { Logger } from "../../model/logger.ts";
import type { HelloMessage } from "../../worker/protocol.ts";
import type { PoolWorker } from "./pool-worker.ts";

/** How long a new server takes at most to ask for the attempts of the one before it. */
const CLAIM_MS = 60_000;

interface Held {
  readonly tokens: Set<string>;
  readonly timer: NodeJS.Timeout;
}

/**
 * What workers of an earlier server run or have finished and nobody has asked for yet. Nothing of it is discarded before the
 * dispatcher has attached what it wants, or had time to: the results stay in their spools meanwhile. What it does not want was
 * recorded in the moment in which that server was killed, and only the worker was not told.
 */
export class Unclaimed {
  readonly #workers = new Map<PoolWorker, Held>();
  readonly #logger: Logger;
  /** Nobody will ask for more. */
  #isOver = false;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** A worker of an earlier server has connected. */
  note(worker: PoolWorker, { running, unacknowledged }: HelloMessage): void {
    this.forget(worker);
    const tokens = new Set(running === null ? unacknowledged : [running, ...unacknowledged]);
    for (const token of worker.held.keys()) tokens.delete(token);
    if (tokens.size === 0) return;
    const timer = setTimeout(() => this.#dismiss(worker), CLAIM_MS).unref();
    this.#workers.set(worker, { tokens, timer });
    if (this.#isOver) this.#dismiss(worker);
  }

  /** Whoever asks for attempts has done so. Workers that connect from now on keep nothing either. */
  over(): void {
    this.#isOver = true;
    for (const worker of [...this.#workers.keys()]) this.#dismiss(worker);
  }

  has(worker: PoolWorker): boolean {
    return this.#workers.has(worker);
  }

  /** True when this result is to stay where it is, until it is claimed. */
  keeps(worker: PoolWorker, token: string): boolean {
    return this.#workers.get(worker)?.tokens.has(token) === true;
  }

  claim(worker: PoolWorker, token: string): void {
    const held = this.#workers.get(worker);
    held?.tokens.delete(token);
    if (held?.tokens.size === 0) this.forget(worker);
  }

  forget(worker: PoolWorker): void {
    clearTimeout(this.#workers.get(worker)?.timer);
    this.#workers.delete(worker);
  }

  close(): void {
    for (const worker of [...this.#workers.keys()]) this.forget(worker);
  }

  #dismiss(worker: PoolWorker): void {
    const tokens = [...(this.#workers.get(worker)?.tokens ?? [])];
    this.forget(worker);
    this.#logger.info(
      { worker: worker.handle.worker, tokens },
      "results of an earlier server were discarded: nobody asked for them",
    );
    for (const token of tokens) worker.acknowledge(token);
    worker.leave();
  }
}
