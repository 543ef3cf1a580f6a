import type { AttemptObserver, AttemptSpec, Executor, ExecutorHealth } from "../executors/executor.ts";
import type { Logger } from "../model/logger.ts";
import { ReadyQueue } from "./ready-queue.ts";

/** Makes the next attempt of a node; `undefined` when the node has failed instead. */
export type Prepare<Dispatch> = (
  dispatch: Dispatch,
  node: number,
  lane: Lane<Dispatch>,
) => Promise<AttemptSpec | undefined>;

/**
 * One executor with the nodes that wait for it. It hands over no more than the executor can use soon: so a wide graph is not
 * turned into attempts all at once, and a dispatch that comes later has its turn.
 */
export class Lane<Dispatch> {
  readonly executor: Executor;
  readonly #queue = new ReadyQueue<Dispatch>();
  readonly #prepare: Prepare<Dispatch>;
  readonly #observer: AttemptObserver;
  readonly #logger: Logger;
  #pumping = false;
  #closed = false;

  constructor(executor: Executor, prepare: Prepare<Dispatch>, observer: AttemptObserver, logger: Logger) {
    this.executor = executor;
    this.#prepare = prepare;
    this.#observer = observer;
    this.#logger = logger;
  }

  /** The executor's health, with the nodes that wait here counted as queued. */
  health(): ExecutorHealth {
    const health = this.executor.health();
    return { ...health, queued: health.queued + this.#queue.size };
  }

  add(dispatch: Dispatch, nodes: readonly number[]): void {
    this.#queue.add(dispatch, nodes);
    this.#pump();
  }

  /** Takes up an attempt of an earlier server. */
  attach(spec: AttemptSpec, handle: unknown): void {
    this.executor.attach([{ spec, handle }], this.#observer);
  }

  /** An attempt that was handed over has ended. */
  ended(): void {
    this.#pump();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.executor.close();
  }

  /** One at a time, so that the order is kept. */
  #pump(): void {
    if (this.#pumping || this.#closed || this.#queue.size === 0 || this.executor.wanted <= 0) return;
    this.#pumping = true;
    this.#handOver().then(
      () => {
        this.#pumping = false;
        // What came while the last attempts were handed over has found the pump busy.
        this.#pump();
      },
      (error) => {
        this.#pumping = false;
        this.#logger.error({ err: error }, "handing work to an executor failed");
      },
    );
  }

  async #handOver(): Promise<void> {
    while (!this.#closed && this.#queue.size > 0 && this.executor.wanted > 0) {
      const specs: AttemptSpec[] = [];
      for (let room = this.executor.wanted; room > 0; room--) {
        const next = this.#queue.take();
        if (next === undefined) break;
        const spec = await this.#prepare(next.dispatch, next.node, this);
        if (spec !== undefined) specs.push(spec);
      }
      // Closed meanwhile: what was prepared has not been placed, and the next server finds it ready.
      if (!this.#closed) this.executor.submit(specs, this.#observer);
    }
  }
}
