/**
 * The conformance suite of executors: what each of them must do, whatever it runs attempts on and whatever they are written in. An
 * executor's own tests call {@link describeExecutor} with a factory, and add what only it can do.
 *
 * The code that is run is test/integration/local-executor/tasks.ts, and test/interop/tasks.py in Python.
 */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type {
  AttemptObserver,
  AttemptSpec,
  BundledCode,
  Executor,
  Outcome,
} from "../../src/executors/executor.ts";
import { deserialize } from "../../src/serialization/deserialize.ts";
import { attemptOf } from "../integration/local-executor/attempt.ts";

export interface ExecutorRig {
  readonly executor: Executor;
  /** An attempt at one of its tasks with plain values as arguments. */
  attempt(electron: string, args?: readonly unknown[], more?: Partial<AttemptSpec>): AttemptSpec;
  /** The value that an attempt returned. */
  returned(outcome: Outcome): unknown;
  /** How a stack names a line of its tasks. */
  readonly ownLine: RegExp;
  /** Ends everything that was started. */
  dispose(): Promise<void>;
}

/** An attempt at an electron of tasks.ts with plain values as arguments. */
export function attempt(
  rig: { readonly code: (electron: string) => BundledCode },
  electron: string,
  args: readonly unknown[] = [],
  more: Partial<AttemptSpec> = {},
): AttemptSpec {
  return attemptOf(rig.code, electron, args, more);
}

/** Notes what an executor tells, and lets a test wait for it. */
export class Recorder implements AttemptObserver {
  readonly handles = new Map<string, unknown>();
  readonly outcomes = new Map<string, Outcome>();
  readonly #waiting = new Set<() => void>();

  async placed(token: string, handle: unknown): Promise<void> {
    this.handles.set(token, handle);
    this.#wake();
  }

  async ended(token: string, outcome: Outcome): Promise<void> {
    if (this.outcomes.has(token)) throw new Error(`${token} ended twice`);
    this.outcomes.set(token, outcome);
    this.#wake();
  }

  /** The outcome of an attempt, when it is there. */
  async outcomeOf({ token }: AttemptSpec): Promise<Outcome> {
    await this.until(() => this.outcomes.has(token));
    return this.outcomes.get(token) as Outcome;
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

/** The value that an attempt returned. */
export function returnedBy(outcome: Outcome): unknown {
  if (outcome.status !== "completed") throw new Error(`not completed: ${JSON.stringify(outcome)}`);
  if (outcome.output.inline === undefined) throw new Error("the output is in a file");
  return deserialize(outcome.output.inline);
}

/** The text that an attempt wrote. */
export function textOf(outcome: Outcome, stream: "stdout" | "stderr"): string {
  const payload = outcome.status === "returned" ? undefined : outcome[stream];
  return payload?.inline === undefined ? "" : Buffer.from(payload.inline).toString();
}

export function describeExecutor(name: string, factory: () => Promise<ExecutorRig>): void {
  describe(`${name}, as an executor`, () => {
    let rig: ExecutorRig;
    let seen: Recorder;
    const run = (spec: AttemptSpec): Promise<Outcome> => {
      rig.executor.submit([spec], seen);
      return seen.outcomeOf(spec);
    };

    beforeEach(async () => {
      rig = await factory();
      seen = new Recorder();
    });
    afterEach(() => rig.dispose());

    it("runs a function with its arguments and hands over what it returns", async () => {
      const outcome = await run(rig.attempt("add", [2, 3]));
      expect(rig.returned(outcome)).toBe(5);
      expect(outcome).toMatchObject({ status: "completed", output: { text: "5" } });
    });

    it("reports what the user's function throws, with the user's own line and the cause", async () => {
      const outcome = await run(rig.attempt("boom", ["no luck"]));
      expect(outcome).toMatchObject({
        status: "failed",
        failure: { kind: "user-error", name: "TypeError", message: "no luck" },
      });
      const stack = outcome.status === "failed" ? outcome.failure.stack : "";
      expect(stack).toMatch(rig.ownLine);
      expect(stack).toContain("Error: the deeper reason");
    });

    it("keeps what an attempt and its children write, each to its own log", async () => {
      const specs = ["one", "two", "three"].map((word) => rig.attempt("speak", [word]));
      rig.executor.submit(specs, seen);
      const outcomes = await Promise.all(specs.map((spec) => seen.outcomeOf(spec)));
      expect(outcomes.map((outcome) => textOf(outcome, "stdout"))).toEqual([
        "out one\nchild one\n",
        "out two\nchild two\n",
        "out three\nchild three\n",
      ]);
      expect(outcomes.map((outcome) => textOf(outcome, "stderr"))).toEqual([
        "err one\n",
        "err two\n",
        "err three\n",
      ]);
    });

    it("ends an attempt that runs too long, even one that never listens", async () => {
      const outcome = await run(rig.attempt("spin", [], { timeoutMs: 100 }));
      expect(outcome).toMatchObject({
        status: "failed",
        failure: { kind: "timeout", message: expect.stringContaining("100 ms") },
      });
      expect(rig.returned(await run(rig.attempt("add", [1, 1])))).toBe(2);
    });

    it("cancels what runs and what waits, and goes on with the rest", async () => {
      const spinning = Array.from({ length: rig.executor.concurrency }, () => rig.attempt("spin"));
      const waiting = rig.attempt("spin");
      const last = rig.attempt("add", [1, 2]);
      rig.executor.submit([...spinning, waiting, last], seen);
      await seen.until(() => spinning.every(({ token }) => seen.handles.has(token)));
      rig.executor.cancel([...spinning, waiting].map(({ token }) => token));
      for (const spec of [...spinning, waiting])
        expect(await seen.outcomeOf(spec)).toMatchObject({ status: "cancelled" });
      expect(rig.returned(await seen.outcomeOf(last))).toBe(3);
    });

    it("wants what its places can use, counts what it is given at once, and wants more before it tells of an end", async () => {
      const { executor } = rig;
      expect(executor.wanted).toBeGreaterThanOrEqual(executor.concurrency);
      const specs = Array.from({ length: executor.wanted + 1 }, () => rig.attempt("add", [1, 1]));
      const wantedAtEnd: number[] = [];
      const observer: AttemptObserver = {
        placed: (token, handle) => seen.placed(token, handle),
        ended(token, outcome) {
          wantedAtEnd.push(executor.wanted);
          return seen.ended(token, outcome);
        },
      };
      const before = executor.wanted;
      executor.submit(specs.slice(0, 1), observer);
      expect(executor.wanted).toBe(before - 1);
      executor.submit(specs.slice(1), observer);
      expect(executor.wanted).toBe(0);
      await Promise.all(specs.map((spec) => seen.outcomeOf(spec)));
      expect(wantedAtEnd.at(-1)).toBeGreaterThanOrEqual(executor.concurrency);
    });

    it("starts an attempt only when its handle is durable", async () => {
      const gate = Promise.withResolvers<void>();
      const spec = rig.attempt("pid");
      const other = rig.attempt("add", [1, 1]);
      let durable = false;
      rig.executor.submit([spec], {
        placed: () => gate.promise,
        ended: (token, outcome) => {
          expect(durable).toBe(true);
          return seen.ended(token, outcome);
        },
      });
      expect(rig.returned(await run(other))).toBe(2);
      durable = true;
      gate.resolve();
      expect(await seen.outcomeOf(spec)).toMatchObject({ status: "completed" });
    });

    it("runs a thousand attempts, each once", async () => {
      const specs = Array.from({ length: 1_000 }, (_, index) => rig.attempt("add", [index, 1]));
      rig.executor.submit(specs, seen);
      const values = await Promise.all(specs.map(async (spec) => rig.returned(await seen.outcomeOf(spec))));
      expect(values).toEqual(specs.map((_, index) => index + 1));
      await expect.poll(() => rig.executor.health()).toMatchObject({ running: 0, queued: 0 });
    });
  });
}
