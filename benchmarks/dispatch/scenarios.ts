import assert from "node:assert/strict";
import { dispatch, dispatchSync } from "covalent-ts";
import type { Scenario } from "./scenario.ts";
import type { BenchmarkServer, Durability } from "./server.ts";
import { chain, nested, passed, small, wide } from "./workflows.ts";

/** Dispatches a workflow and gives the milliseconds until its result is here, which must be `expected`. */
async function timed<T>(
  run: () => Promise<{ readonly result: T | undefined }>,
  expected: T,
): Promise<number> {
  const began = performance.now();
  const { result } = await run();
  const took = performance.now() - began;
  assert.deepEqual(result, expected);
  return took;
}

function wideScenario(count: number, durability: Durability, warmUp?: number): Scenario {
  return {
    name: `wide-${count}${durability === "power" ? "-power" : ""}`,
    about: `${count.toLocaleString("en")} tasks side by side, joined by a sum, durability "${durability}"`,
    durability,
    count,
    figure: "rate",
    ...(warmUp !== undefined && { warmUp }),
    run: ({ url }) => timed(() => dispatchSync(wide, { url })(count), sumBelow(count)),
  };
}

const STEPS = 100;
const DISPATCHES = 50;
const LARGE = 500_000_000;
const CLIENTS = 20;
const SUBLATTICES = 1_000;
const sumBelow = (count: number): number => (count * (count - 1)) / 2;

/** The length of the dispatch id, which is all there is to check before it runs. */
async function registerAll(url: string): Promise<number> {
  return (await dispatch(wide, { url, run: false })(100_000)).length;
}

/** One behind the other: how long a user waits who starts a workflow and wants its result. */
async function oneByOne({ url }: BenchmarkServer): Promise<number> {
  let total = 0;
  for (let value = 0; value < DISPATCHES; value++)
    total += await timed(() => dispatchSync(small, { url })(value), value);
  return total;
}

/** Clients side by side, each with ten dispatches one behind the other. */
async function manyClients({ url }: BenchmarkServer): Promise<number> {
  const one = async (client: number): Promise<void> => {
    for (let value = client; value < 200; value += CLIENTS)
      await timed(() => dispatchSync(small, { url })(value), value);
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: CLIENTS }, (_, client) => one(client)));
  return performance.now() - began;
}

export const SCENARIOS: readonly Scenario[] = [
  wideScenario(1_000, "process", 40),
  wideScenario(1_000, "power"),
  {
    name: "chain-100",
    about: "a chain of 100 tasks, for each step",
    durability: "process",
    count: STEPS,
    figure: "each",
    warmUp: 40,
    run: ({ url }) => timed(() => dispatchSync(chain, { url })(STEPS), STEPS),
  },
  {
    name: "small",
    about: "a dispatch of one task, from the call to the result",
    durability: "process",
    count: DISPATCHES,
    figure: "each",
    run: oneByOne,
  },
  {
    name: "clients-20",
    about: "200 dispatches of one task from 20 clients at once",
    durability: "process",
    count: 200,
    figure: "rate",
    run: manyClients,
  },
  {
    name: "sublattices-1000",
    about: "1,000 dispatches as tasks of one, joined by a sum",
    durability: "process",
    count: SUBLATTICES,
    figure: "rate",
    run: ({ url }) => timed(() => dispatchSync(nested, { url })(SUBLATTICES), sumBelow(SUBLATTICES)),
  },
  wideScenario(10_000, "process"),
  wideScenario(100_000, "process"),
  {
    name: "register-100000",
    about: "100,000 tasks registered and not started: traced, sent and stored",
    durability: "process",
    count: 1,
    figure: "all",
    run: ({ url }) => timed(async () => ({ result: await registerAll(url) }), 36),
  },
  {
    name: "large-output",
    about: "500 MB handed from one task to another",
    durability: "process",
    count: 1,
    figure: "all",
    run: ({ url }) => timed(() => dispatchSync(passed, { url })(LARGE), LARGE),
  },
];
