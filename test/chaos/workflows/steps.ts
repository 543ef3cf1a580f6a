import { spawn } from "node:child_process";
import { appendFileSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { context, electron, lattice } from "covalent-ts";

/** What a dispatch of the chaos suite is made of. Every task writes down when it starts and when it ends; see `effects.ts`. */
export interface Step {
  readonly kind: StepKind;
  readonly name: string;
  readonly ms: number;
  /** The steps before this one that it builds on, by their place in the list. */
  readonly after: readonly number[];
}

export type StepKind =
  | "steady"
  | "flaky"
  | "broken"
  | "endless"
  | "cached"
  | "once"
  | "parent"
  | "nested"
  | "mapped";

const WHATEVER_HAPPENS = 10_000;

function note(journal: string, name: string, phase: "start" | "end" | "fail"): void {
  const { dispatchId, nodeId, attempt } = context();
  const line = { phase, name, dispatchId, nodeId, attempt, at: Date.now() };
  // One write of less than a page: lines of many processes do not mix.
  appendFileSync(journal, `${JSON.stringify(line)}\n`);
}

async function work(journal: string, name: string, ms: number): Promise<string> {
  note(journal, name, "start");
  await pause(ms);
  note(journal, name, "end");
  return name;
}

const steady = electron({ lostAttempts: WHATEVER_HAPPENS }, (journal: string, step: Step, _after: unknown) =>
  work(journal, step.name, step.ms),
);

/** Fails twice, however often its attempts are lost. */
const flaky = electron(
  { lostAttempts: WHATEVER_HAPPENS, retries: { count: 2, delay: 60, jitter: 0.5 } },
  async (journal: string, step: Step, _after: unknown) => {
    note(journal, step.name, "start");
    await pause(step.ms);
    const failures =
      readFileSync(journal, "utf8").split(`"fail","name":${JSON.stringify(step.name)},`).length - 1;
    if (failures < 2) {
      note(journal, step.name, "fail");
      throw new Error(`failure ${failures + 1}`);
    }
    note(journal, step.name, "end");
    return step.name;
  },
);

const broken = electron(
  { lostAttempts: WHATEVER_HAPPENS, retries: 1 },
  async (journal: string, step: Step, _after: unknown) => {
    note(journal, step.name, "start");
    await pause(step.ms);
    throw new RangeError(`${step.name} is broken`);
  },
);

/** Ends only when it is killed. */
const endless = electron(
  { lostAttempts: WHATEVER_HAPPENS },
  async (journal: string, step: Step, _after: unknown) => {
    note(journal, step.name, "start");
    await new Promise((over) => setTimeout(over, 2 ** 30));
    return step.name;
  },
);

const cached = electron(
  { lostAttempts: WHATEVER_HAPPENS, cache: true },
  (journal: string, step: Step, _after: unknown) => work(journal, step.name, step.ms),
);

const once = electron({ atMostOnce: true }, (journal: string, step: Step, _after: unknown) =>
  work(journal, step.name, step.ms),
);

/** Has a child process, which must be gone when the task is. */
const parent = electron(
  { lostAttempts: WHATEVER_HAPPENS },
  async (journal: string, step: Step, _after: unknown) => {
    const child = spawn("sleep", ["3600"], { stdio: "ignore" });
    try {
      return await work(journal, step.name, step.ms);
    } finally {
      child.kill();
    }
  },
);

const count = electron({ lostAttempts: WHATEVER_HAPPENS }, (length: number, _after: unknown) =>
  Array.from({ length }, (_, index) => index),
);
const element = electron({ lostAttempts: WHATEVER_HAPPENS }, (index: number, journal: string, step: Step) =>
  work(journal, `${step.name}/${index}`, step.ms),
);
const rebuilt = electron(
  { lostAttempts: WHATEVER_HAPPENS },
  lattice((journal: string, step: Step, _after: unknown) => {
    const first = steady(journal, { ...step, name: `${step.name}/0` }, null);
    return [first, flaky(journal, { ...step, name: `${step.name}/1` }, first)];
  }),
);
const mapped = electron(
  { lostAttempts: WHATEVER_HAPPENS },
  lattice((journal: string, step: Step, numbers: readonly number[]) =>
    numbers.map((index) => element(index, journal, step)),
  ),
);

/** All the steps; what each returned, in their order. */
export const chaos = lattice((journal: string, steps: readonly Step[]) => {
  const made: unknown[] = [];
  for (const step of steps) {
    const after = step.after.map((index) => made[index]);
    made.push(call(journal, step, after));
  }
  return made;
});

function call(journal: string, step: Step, after: readonly unknown[]): unknown {
  switch (step.kind) {
    case "nested":
      return rebuilt(journal, step, after);
    case "mapped":
      return mapped(journal, step, count(2, after));
    case "flaky":
      return flaky(journal, step, after);
    case "broken":
      return broken(journal, step, after);
    case "endless":
      return endless(journal, step, after);
    case "cached":
      return cached(journal, step, after);
    case "once":
      return once(journal, step, after);
    case "parent":
      return parent(journal, step, after);
    case "steady":
      return steady(journal, step, after);
  }
}
