import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { contradictions } from "../../test/chaos/contradictions.ts";
import { newRig, type Rig } from "./dispatcher-rig.test-support.ts";
import { actions, graphs } from "./random-graph.test-support.ts";
import { RandomRun } from "./random-run.test-support.ts";

/**
 * Random graphs with random outcomes, requests and restarts, on the real dispatcher and database: whatever happens in which order,
 * every commit keeps to the status machine, and every node ends as a simple model says.
 *
 *     COVALENT_TEST_RUNS=5000 npm test -- src/dispatcher/random-runs
 */
const RUNS = Number(process.env.COVALENT_TEST_RUNS ?? 100);

/** After so many runs they go on in an empty database: each looks at all that is in it. */
const RUNS_IN_ONE = 50;

let rig: Rig | undefined;
let runs = 0;

afterAll(() => rig?.close());

test(`${RUNS} random runs end as the model says`, { timeout: 60_000 + RUNS * 2_000 }, async () => {
  const property = fc.asyncProperty(graphs, graphs, actions, async (first, second, events) => {
    if (runs++ % RUNS_IN_ONE === 0) {
      await rig?.close();
      rig = undefined;
    }
    rig ??= await newRig();
    const own = rig;
    try {
      const run = await RandomRun.start(own, [first, second]);
      for (const event of events) await run.act(event);
      await run.finish();
      expect(run.wrong()).toEqual([]);
      expect(contradictions(own.path)).toEqual([]);
    } catch (error) {
      // What did not end would be taken up by the next run.
      rig = undefined;
      await own.close();
      throw error;
    }
  });
  await fc.assert(property, { numRuns: RUNS, interruptAfterTimeLimit: 30_000 + RUNS * 2_000 });
});
