import { setImmediate as turn } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { link, register } from "../../test/contract/journal-manifest.ts";
import { DispatchState } from "./dispatch-state.ts";
import { electron, newRig, type Rig } from "./dispatcher-rig.test-support.ts";
import { NODES_PER_TURN } from "./piecemeal.ts";
import { storedGraph } from "./stored-graph.test-support.ts";

/**
 * What is large is done piece by piece, and everybody else has a turn in between: counted in nodes, not in milliseconds, so that the
 * machine does not matter.
 */

let rig: Rig;

beforeEach(async () => {
  rig = await newRig();
});

afterEach(() => rig.close());

const COUNT = 12_000;
/** As much as one commit or one look at a list of nodes may be. */
const AT_ONCE = 5_000;

function nodes() {
  return Array.from({ length: COUNT }, (_, id) => electron(id, id === 0 ? "root" : "leaf"));
}

test("a large graph is taken up in turns, a small one at once", () => {
  const steps = (count: number): number => {
    const types = Array.from({ length: count }, () => "function" as const);
    const edges = Array.from({ length: count - 1 }, (_, id) => [0, id + 1] as const);
    const work = DispatchState.of(storedGraph(types, edges));
    let stops = 0;
    while (!work.next().done) stops++;
    return stops;
  };
  expect(steps(NODES_PER_TURN)).toBe(0);
  // The edges twice, then the nodes.
  expect(steps(4 * NODES_PER_TURN)).toBe(2 + 3);
});

test("nodes that become ready together get into line in turns", async () => {
  const dispatcher = await rig.dispatcher();
  const links = Array.from({ length: COUNT - 1 }, (_, id) => link(0, id + 1));
  const queued = () => dispatcher.health().executors.local?.queued ?? 0;
  rig.executor.room = 1;
  await dispatcher.start(await register(rig.database, { nodes: nodes(), links }));
  await rig.submitted("root");
  const run = rig.executor.run("root");
  let [most, before] = [0, queued()];
  for (; queued() < COUNT - 2; await turn()) {
    most = Math.max(most, queued() - before);
    before = queued();
  }
  await run;
  expect(Math.max(most, queued() - before)).toBeLessThanOrEqual(AT_ONCE);
});

test.each([
  ["a wide graph that is cancelled", "cancel"],
  ["the descendants of a node that fails", "fail"],
])("%s ends in commits between which others have their turn", async (_, how) => {
  const sizes: number[] = [];
  const { journal } = rig.database;
  const dispatcher = await rig.dispatcher({
    journal: {
      ...journal,
      commit(changes) {
        sizes.push(changes.length);
        return journal.commit(changes);
      },
    },
  });
  rig.executor.room = 1;
  const links = how === "fail" ? Array.from({ length: COUNT - 1 }, (_, id) => link(0, id + 1)) : [];
  const id = await register(rig.database, { nodes: nodes(), links });
  await dispatcher.start(id);
  await rig.submitted("root");
  await rig.executor.place("root");
  let turns = 0;
  let over = false;
  const counting = (async () => {
    for (; !over; await turn()) turns++;
  })();
  if (how === "fail") await rig.executor.fail("root");
  else await Promise.all([dispatcher.cancel(id), rig.executor.confirm("root")]);
  await expect.poll(async () => (await rig.dispatch(id)).status).toMatch(/FAILED|CANCELLED/);
  over = true;
  await counting;
  expect(Math.max(...sizes)).toBeLessThanOrEqual(1_000);
  expect(turns).toBeGreaterThan(COUNT / 1_000);
  expect(new Set((await rig.statuses(id)).slice(1))).toEqual(new Set(["CANCELLED"]));
});
