import { afterEach, beforeEach, expect, test } from "vitest";
import { link, register } from "../../test/contract/journal-manifest.ts";
import type { Journal } from "../database/journal.ts";
import { newDispatchId } from "../model/ids.ts";
import { electron, newRig, type Rig } from "./dispatcher-rig.test-support.ts";

let rig: Rig;
beforeEach(async () => {
  rig = await newRig();
});
afterEach(() => rig.close());

/** More nodes than one commit takes, and one that waits for all of them; all but that one have completed. */
const WIDTH = 1_200;

async function earlier(): Promise<string> {
  const nodes = Array.from({ length: WIDTH }, (_, id) => electron(id, "wide"));
  const links = nodes.map(({ id }) => link(id, WIDTH));
  const id = await register(rig.database, { nodes: [...nodes, electron(WIDTH, "last")], links });
  const { journal } = rig.database;
  await journal.claimStart(id, 1);
  const stored = await journal.load(id);
  const dispatch = { dispatch: stored?.row ?? 0, dispatchId: id, at: 1 };
  await journal.commit([{ kind: "dispatch-status", ...dispatch, status: "RUNNING" }]);
  for (const { row: node, nodeId } of stored?.nodes.slice(0, WIDTH) ?? []) {
    const output = { digest: "0".repeat(64), size: 1, codec: "value" as const, inline: Buffer.from("1") };
    void journal.commit([{ kind: "node-status", ...dispatch, node, nodeId, status: "COMPLETED", output }]);
  }
  await journal.abandon(id, 2, "killed");
  return id;
}

/** Only the first commit reaches the database: then the process dies. */
function diesAfterOneCommit(journal: Journal): Journal {
  let commits = 0;
  return {
    ...journal,
    commit: (changes) => (commits++ === 0 ? journal.commit(changes) : new Promise<never>(() => {})),
  };
}

test("results are taken over at the start, also by a server that starts in the middle of it, and nothing runs for them", async () => {
  const of = await earlier();
  const dispatchId = newDispatchId();
  expect(await rig.database.dispatches.repeat({ of, dispatchId, reuse: true })).toEqual({ reused: WIDTH });
  const first = await rig.dispatcher({ journal: diesAfterOneCommit(rig.database.journal) });
  void first.start(dispatchId).catch(() => undefined);
  const waiting = async () =>
    (await rig.database.journal.load(dispatchId))?.nodes.filter(({ status }) => status === "PENDING_REUSE")
      .length;
  await expect.poll(waiting).toBeGreaterThan(0);
  await expect.poll(waiting).toBeLessThan(WIDTH);
  const second = await rig.dispatcher();
  await second.recover();
  await rig.submitted("last");
  expect(await waiting()).toBe(0);
  expect(rig.executor.submitted[0]?.args).toHaveLength(WIDTH);
  await rig.executor.run("last");
  expect((await rig.dispatch(dispatchId)).status).toBe("COMPLETED");
  expect((await rig.dispatch(of)).status).toBe("FAILED");
});

test("a dispatch whose results wait to be taken over can be cancelled before it starts", async () => {
  const of = await earlier();
  const dispatchId = newDispatchId();
  await rig.database.dispatches.repeat({ of, dispatchId, reuse: true });
  const dispatcher = await rig.dispatcher();
  await dispatcher.cancel(dispatchId);
  expect(new Set(await rig.statuses(dispatchId))).toEqual(new Set(["CANCELLED"]));
});
