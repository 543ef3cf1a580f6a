import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { link, node, register } from "../../test/contract/journal-manifest.ts";
import type { Journal } from "../database/journal.ts";
import { type Database, openDatabase } from "../database/open.ts";
import type { Change } from "../model/change.ts";
import { KEPT_LIMIT } from "../model/payload.ts";
import { createSubDispatches } from "../server/registration/sub-dispatches.ts";
import { openLocalStore } from "../storage/local-store.ts";
import { Dispatcher } from "./dispatcher.ts";
import { RecordingExecutor } from "./recording-executor.test-support.ts";

/** A real database and store; only the executor is the test's. */

/** A value that is too large to be kept in memory. */
const LONG = `["${"x".repeat(KEPT_LIMIT)}"]`;

let home: string;
let database: Database;
let executor: RecordingExecutor;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "covalent-dispatcher-"));
  database = await openDatabase({ path: join(home, "runs.sqlite"), durability: "process" });
  executor = new RecordingExecutor();
});

afterEach(async () => {
  await database.close();
  await rm(home, { recursive: true });
});

describe("the dispatcher", () => {
  test("hands a child over only when its parent's completion has been committed", async () => {
    const gate = Promise.withResolvers<void>();
    const dispatcher = await newDispatcher({
      commit: async (changes) => {
        if (completes(changes, 0)) await gate.promise;
        await database.journal.commit(changes);
      },
    });
    const id = await chain(["a", "b"]);
    await dispatcher.start(id);
    await submitted("a");
    await executor.place("a");
    const ended = executor.complete("a");
    await turns(20);
    expect(executor.names).toEqual(["a"]);
    gate.resolve();
    await ended;
    await submitted("a", "b");
    expect(await statuses(id)).toEqual(["COMPLETED", "NEW_OBJECT"]);
  });

  test("hands a child over at once to an executor that starts nothing before its place is durable", async () => {
    const gate = Promise.withResolvers<void>();
    const dispatcher = await newDispatcher({
      commit: async (changes) => {
        const committed = database.journal.commit(changes);
        if (completes(changes, 0)) await gate.promise;
        await committed;
      },
    });
    executor.startsOncePlaced = true;
    const id = await chain(["a", "b"]);
    await dispatcher.start(id);
    await submitted("a");
    await executor.place("a");
    const completed = executor.complete("a");
    await submitted("a", "b");
    await executor.place("b");
    expect(await statuses(id)).toEqual(["COMPLETED", "RUNNING"]);
    gate.resolve();
    await completed;
  });

  test("after a refused commit says nothing more of that dispatch, and leaves what ends to the next server when it is closed", async () => {
    let refuse = true;
    const dispatcher = await newDispatcher({
      commit: (changes) => {
        if (!(refuse && completes(changes, 0))) return database.journal.commit(changes);
        refuse = false;
        // A change that the database will not take, for a reason of its own.
        return database.journal.commit(
          changes.map((change) => ("node" in change ? { ...change, node: -1 } : change)),
        );
      },
    });
    const id = await register(database, {
      nodes: [electron(0, "a"), electron(1, "b"), electron(2, "c")],
      links: [link(0, 2), link(1, 2)],
    });
    await dispatcher.start(id);
    await submitted("a", "b");
    await Promise.all([executor.place("a"), executor.place("b")]);
    const told = Promise.allSettled([executor.complete("a"), executor.complete("b")]);
    await dispatcher.close();
    expect((await told).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(executor.names).toEqual(["a", "b"]);
    expect(await statuses(id)).toEqual(["RUNNING", "RUNNING", "NEW_OBJECT"]);
    expect((await database.dispatches.summary(id))?.status).toBe("RUNNING");

    const next = new RecordingExecutor();
    executor = next;
    const successor = await newDispatcher();
    await successor.recover();
    await expect.poll(() => next.attached.map(({ name }) => name)).toEqual(["a", "b"]);
    await Promise.all([next.complete("a"), next.complete("b")]);
    await submitted("c");
    await next.run("c");
    expect((await database.dispatches.summary(id))?.status).toBe("COMPLETED");
  });

  test("tries again when what an attempt needs cannot be read", async () => {
    let failures = 1;
    const dispatcher = await newDispatcher({
      inlineContent: (digests) =>
        failures-- > 0 ? Promise.reject(new Error("locked")) : database.journal.inlineContent(digests),
    });
    const value = { content: LONG, size: LONG.length, digest_alg: "sha256" };
    const nodes = [node(0, { type: "parameter", assets: { value } }), electron(1, "a")];
    await dispatcher.start(await register(database, { nodes, links: [link(0, 1)] }));
    await expect.poll(() => executor.names, { timeout: 5_000 }).toEqual(["a"]);
    const [parameter] = executor.submitted[0]?.payloads.values() ?? [];
    expect(Buffer.from(parameter?.inline ?? []).toString()).toBe(LONG);
  });

  test("ends a dispatch that cannot be taken up, and takes up the others", async () => {
    const broken = await register(database, { nodes: [node(0, { type: "attribute", key: "x" })] });
    const sound = await chain(["a"]);
    for (const id of [broken, sound]) await database.journal.claimStart(id, 1);
    const dispatcher = await newDispatcher();
    await dispatcher.recover();
    await submitted("a");
    expect(await database.dispatches.summary(broken)).toMatchObject({
      status: "FAILED",
      reason: expect.stringContaining("has no parent"),
    });
    expect(await statuses(broken)).toEqual(["CANCELLED"]);
  });

  test("goes on where an earlier one was: completed nodes are kept, open attempts found again", async () => {
    const first = await newDispatcher();
    const id = await chain(["a", "b", "c"]);
    await first.start(id);
    await submitted("a");
    await executor.run("a");
    await submitted("a", "b");
    await executor.place("b");
    executor = new RecordingExecutor();
    const second = await newDispatcher();
    await second.recover();
    expect(executor.attachedInAll).toEqual(["b"]);
    expect(executor.names).toEqual([]);
    await executor.complete("b");
    await submitted("c");
    await executor.run("c");
    expect(await statuses(id)).toEqual(["COMPLETED", "COMPLETED", "COMPLETED"]);
  });

  test("counts a retry that an earlier server has spent", async () => {
    const first = await newDispatcher();
    const id = await register(database, { nodes: [electron(0, "a", { options: { retries: 1 } })] });
    await first.start(id);
    await submitted("a");
    await executor.place("a");
    await executor.fail("a");
    executor = new RecordingExecutor();
    await (await newDispatcher()).recover();
    await submitted("a");
    expect(executor.submitted[0]?.number).toBe(2);
    await executor.place("a");
    await executor.fail("a");
    expect((await database.dispatches.summary(id))?.status).toBe("FAILED");
  });

  test("hands nothing over once it is closed", async () => {
    const reading = Promise.withResolvers<void>();
    const dispatcher = await newDispatcher({
      inlineContent: async (digests) => {
        await reading.promise;
        return database.journal.inlineContent(digests);
      },
    });
    const value = { content: LONG, size: LONG.length, digest_alg: "sha256" };
    const nodes = [node(0, { type: "parameter", assets: { value } }), electron(1, "a")];
    await dispatcher.start(await register(database, { nodes, links: [link(0, 1)] }));
    await dispatcher.close();
    reading.resolve();
    await turns(20);
    expect(executor.names).toEqual([]);
    await expect(dispatcher.start("any")).rejects.toMatchObject({ code: "SERVER_STOPPING" });
  });

  test("drains: what the executor has comes to its end, what would follow waits for the next server", async () => {
    const dispatcher = await newDispatcher();
    const id = await chain(["a", "b"]);
    await dispatcher.start(id);
    await submitted("a");
    let drained = false;
    const draining = dispatcher.drain().then(() => {
      drained = true;
    });
    await executor.place("a");
    await turns(20);
    expect(drained).toBe(false);
    await executor.complete("a");
    await draining;
    expect(executor.names).toEqual(["a"]);
    expect(await statuses(id)).toEqual(["COMPLETED", "NEW_OBJECT"]);
    await expect(dispatcher.start(await chain(["c"]))).rejects.toMatchObject({ code: "SERVER_STOPPING" });
  });

  test("gives a dispatch that comes later its turn, however wide the one before it is", async () => {
    executor.room = 2;
    const dispatcher = await newDispatcher();
    const wide = Array.from({ length: 10 }, (_, id) => electron(id, `wide ${id}`));
    await dispatcher.start(await register(database, { nodes: wide }));
    await dispatcher.start(await chain(["small"]));
    await submitted("wide 0", "wide 1");
    await executor.run("wide 0");
    await executor.run("wide 1");
    await expect.poll(() => executor.names.slice(2)).toEqual(["wide 2", "small"]);
  });

  test("fails what no executor of this server can run, and says which", async () => {
    const dispatcher = await newDispatcher();
    const id = await register(database, { nodes: [electron(0, "a", { executor: "slurm" })] });
    await dispatcher.start(id);
    await expect.poll(async () => (await database.dispatches.summary(id))?.status).toBe("FAILED");
    const [failed] = await database.dispatches.nodes(id, { after: -1, limit: 1 });
    expect(failed?.metadata.reason).toContain('"slurm"');
  });
});

async function newDispatcher(changed: Partial<Journal> = {}): Promise<Dispatcher> {
  const store = await openLocalStore(join(home, "assets"));
  const logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };
  const journal = { ...database.journal, ...changed };
  const subDispatches = createSubDispatches({ dispatches: database.dispatches, store });
  return new Dispatcher({ journal, store, executors: new Map([["local", executor]]), subDispatches, logger });
}

function electron(id: number, name: string, more: Parameters<typeof node>[1] = {}) {
  return node(id, { name, electron: `m.ts#${name}`, bundle: "b".repeat(64), ...more });
}

function chain(names: readonly string[]): Promise<string> {
  const nodes = names.map((name, id) => electron(id, name));
  return register(database, { nodes, links: names.slice(1).map((_, id) => link(id, id + 1)) });
}

function completes(changes: readonly Change[], nodeId: number): boolean {
  return changes.some(
    (change) => change.kind === "node-status" && change.nodeId === nodeId && change.status === "COMPLETED",
  );
}

async function submitted(...names: string[]): Promise<void> {
  await expect.poll(() => executor.names.toSorted()).toEqual(names);
}

async function statuses(id: string): Promise<string[]> {
  const nodes = await database.dispatches.nodes(id, { after: -1, limit: 100 });
  return nodes.map(({ metadata }) => metadata.status);
}

/** Lets whatever is due happen. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise(setImmediate);
}

function ignore(): void {}
