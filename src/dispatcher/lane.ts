import { setImmediate as turn } from "node:timers/promises";
import type { AttemptObserver, AttemptSpec, Executor, ExecutorHealth } from "../executors/executor.ts";
import type { Logger } from "../model/logger.ts";
import { ReadyQueue, type Standing, type Turnstile } from "./ready-queue.ts";

/** Nodes that need no attempt any more, and are gone through in one turn of the event loop. */
const PASSED_AT_ONCE = 1_000;

/** Makes the next attempt of a node; `undefined` when the node has failed instead. */
export type Prepare<Dispatch> = (
  dispatch: Dispatch,
  node: number,
  lane: Lane<Dispatch>,
) => Promise<AttemptSpec | undefined>;

/**
 * One executor with the nodes that wait for it. It hands over no more than the executor can use soon: so a wide graph is not
 * turned into attempts all at once, and a dispatch that comes later has its turn. What has a limit passes its gate first.
 */
export class Lane<Dispatch> {
  readonly executor: Executor;
  readonly #queue = new ReadyQueue<Dispatch>();
  readonly #prepare: Prepare<Dispatch>;
  readonly #observer: AttemptObserver;
  readonly #logger: Logger;
  /** The gates that attempts which have not ended have passed, by token. */
  readonly #passed = new Map<string, Turnstile>();
  #pumping = false;
  #resting = false;
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

  add(dispatch: Dispatch, nodes: readonly number[], standingOf: (node: number) => Standing): void {
    for (const node of nodes) this.#queue.add(dispatch, node, standingOf(node));
    this.pump();
  }

  /** An attempt of an earlier server runs, and takes up its place. {@link attach} follows. */
  occupy(token: string, gate: Turnstile | undefined): void {
    gate?.enter();
    this.#remember(token, gate);
  }

  /** Takes up an attempt of an earlier server. */
  attach(spec: AttemptSpec, handle: unknown): void {
    this.executor.attach([{ spec, handle }], this.#observer);
  }

  /** An attempt that was handed over, or attached, has ended. */
  ended(token: string): void {
    const gate = this.#passed.get(token);
    if (gate !== undefined) {
      this.#passed.delete(token);
      gate.leave();
    }
    this.pump();
  }

  /** Hands over nothing more; what the executor has, or is being prepared for it, goes on. */
  rest(): void {
    this.#resting = true;
  }

  async close(): Promise<void> {
    this.#resting = true;
    this.#closed = true;
    await this.executor.close();
  }

  /** Hands over what it can. One at a time, so that the order is kept. */
  pump(): void {
    if (this.#pumping || !this.#hasWork) return;
    this.#pumping = true;
    this.#handOver().then(
      () => {
        this.#pumping = false;
        // What came while the last attempts were handed over has found the pump busy.
        this.pump();
      },
      (error) => {
        this.#pumping = false;
        this.#logger.error({ err: error }, "handing work to an executor failed");
      },
    );
  }

  get #hasWork(): boolean {
    return !this.#resting && this.#queue.size > 0 && this.executor.wanted > 0 && this.#queue.hasNext;
  }

  async #handOver(): Promise<void> {
    let passed = 0;
    while (this.#hasWork) {
      const specs: AttemptSpec[] = [];
      for (let room = this.executor.wanted; room > 0; room--) {
        const next = this.#queue.take();
        if (next === undefined) break;
        const spec = await this.#prepareNext(next.dispatch, next.node, next.gate);
        if (spec !== undefined) specs.push(spec);
        // Those of a wide dispatch that was cancelled are gone through here.
        else if (++passed % PASSED_AT_ONCE === 0) await turn();
      }
      // Closed meanwhile: what was prepared has not been placed, and the next server finds it ready.
      if (!this.#closed) this.executor.submit(specs, this.#observer);
    }
  }

  async #prepareNext(
    dispatch: Dispatch,
    node: number,
    gate: Turnstile | undefined,
  ): Promise<AttemptSpec | undefined> {
    let spec: AttemptSpec | undefined;
    try {
      spec = await this.#prepare(dispatch, node, this);
      return spec;
    } finally {
      if (spec === undefined) gate?.leave();
      else this.#remember(spec.token, gate);
    }
  }

  #remember(token: string, gate: Turnstile | undefined): void {
    if (gate !== undefined) this.#passed.set(token, gate);
  }
}
