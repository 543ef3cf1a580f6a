import { openFloor } from "../floor/floor.ts";
import { median } from "./scenario.ts";

/** What durable tasks cost without an orchestrator, in the figures of the scenarios. */
export interface FloorFigures {
  /** Tasks a second, side by side. */
  readonly rate: number;
  /** Milliseconds for each of a chain. */
  readonly each: number;
}

const TASKS = 1_000;
const STEPS = 100;

/** Medians of so many runs, after one that is not counted. */
export async function measureFloor(synchronous: "NORMAL" | "FULL", runs: number): Promise<FloorFigures> {
  const floor = await openFloor(synchronous);
  try {
    await floor.wide(TASKS);
    const rates: number[] = [];
    const steps: number[] = [];
    for (let run = 0; run < runs; run++) {
      rates.push((TASKS * 1_000) / (await floor.wide(TASKS)));
      steps.push((await floor.chain(STEPS)) / STEPS);
    }
    return { rate: median(rates), each: median(steps) };
  } finally {
    await floor.close();
  }
}
