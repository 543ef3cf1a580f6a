import { hash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Database } from "../../src/database/open.ts";
import type { Change, NodeStatusChange, StoredDispatch } from "../../src/model/change.ts";
import type { StatusEvent } from "../../src/model/event.ts";
import type { PayloadRef } from "../../src/model/payload.ts";
import { header, link, node, register } from "./journal-manifest.ts";

/** A database that is closed when the test ends. Opening again, after closing, opens the same one. */
export interface DatabaseUnderTest {
  open(): Promise<Database>;
}

/** What the journal and the event log promise, on any database. */
export function describeJournal(name: string, create: () => DatabaseUnderTest): void {
  describe(`the journal on ${name}`, () => {
    it("loads a dispatch as it was registered", async () => {
      const database = await create().open();
      const options = { retries: 2, timeout_ms: 1_000, env: { A: "b" } };
      const { dispatch } = await started(database, [
        node(0, {
          type: "parameter",
          assets: { value: { size: 1, content: "1", codec: "value", text: "1" } },
        }),
        node(1, { electron: "fit.ts#fit", options, executor_data: { queue: "long" } }),
        node(2, { type: "subscripted", key: 4 }),
      ]);
      expect(dispatch).toMatchObject({ name: "fit", language: "typescript", status: "STARTING" });
      expect(dispatch.nodes).toMatchObject([
        {
          nodeId: 0,
          type: "parameter",
          output: { digest: hash("sha256", "1"), size: 1, codec: "value" },
          key: null,
        },
        {
          nodeId: 1,
          electron: "fit.ts#fit",
          options,
          executorData: { queue: "long" },
          output: null,
          attempts: 0,
        },
        { nodeId: 2, type: "subscripted", key: 4, open: null, lost: 0, lastAttempt: 0 },
      ]);
      expect(dispatch.edges).toEqual([
        { source: 0, target: 1, name: "x", parameter: "arg", index: 0 },
        { source: 1, target: 2, name: "x", parameter: "arg", index: 0 },
      ]);
    });

    it("commits an output with its status, and finds both after the database was opened again", async () => {
      const place = create();
      const database = await place.open();
      const { id, dispatch } = await started(database, [node(0), node(1)]);
      const output = payload("42");
      await database.journal.commit([
        completed(dispatch, 0, output),
        { kind: "dispatch-status", ...dispatchOf(dispatch), status: "RUNNING", at: 5 },
      ]);
      await database.close();

      const again = await place.open();
      const loaded = await again.journal.load(id);
      expect(loaded?.status).toBe("RUNNING");
      expect(loaded?.nodes[0]).toMatchObject({
        status: "COMPLETED",
        output: { digest: output.digest, size: 2 },
      });
      const content = await again.journal.inlineContent([output.digest, "0".repeat(64)]);
      expect([...content].map(([digest, bytes]) => [digest, Buffer.from(bytes).toString()])).toEqual([
        [output.digest, "42"],
      ]);
      expect(await again.dispatches.summary(id)).toMatchObject({
        completed_electron_num: 1,
        electron_num: 2,
      });
    });

    it("refuses a transition that is not allowed, with everything that was to be committed with it", async () => {
      const database = await create().open();
      const { id, dispatch } = await started(database, [node(0), node(1)]);
      await database.journal.commit([completed(dispatch, 0)]);
      const commit = database.journal.commit([completed(dispatch, 1), failed(dispatch, 0)]);
      await expect(commit).rejects.toMatchObject({
        code: "ILLEGAL_TRANSITION",
        details: { what: `node 0 of dispatch ${id}`, from: "COMPLETED", to: "FAILED" },
      });
      expect((await database.journal.load(id))?.nodes[1]?.status).toBe("NEW_OBJECT");
    });

    it("makes the same change to many nodes, and refuses it whole when one of them may not change so", async () => {
      const database = await create().open();
      const { id, dispatch } = await started(
        database,
        Array.from({ length: 5 }, (_, at) => node(at)),
      );
      const cancelled = (at: number): NodeStatusChange => {
        const { output: _output, ...change } = completed(dispatch, at);
        return { ...change, status: "CANCELLED", reason: "enough" };
      };
      await database.journal.commit([0, 1].map(cancelled));
      await expect(database.journal.commit([2, 1, 3].map(cancelled))).rejects.toMatchObject({
        code: "ILLEGAL_TRANSITION",
        details: { what: `node 1 of dispatch ${id}`, from: "CANCELLED", to: "CANCELLED" },
      });
      const stored = await database.journal.load(id);
      expect(stored?.nodes.map(({ status }) => status)).toEqual([
        ...["CANCELLED", "CANCELLED"],
        ...["NEW_OBJECT", "NEW_OBJECT", "NEW_OBJECT"],
      ]);
    });

    it("refuses the guilty alone when many commit at once", async () => {
      const database = await create().open();
      const all = await Promise.all([0, 1, 2].map(() => started(database, [node(0)])));
      const results = await Promise.allSettled(
        all.map(({ dispatch }, index) =>
          database.journal.commit([
            index === 1 ? { ...placed(dispatch, 0, "t"), node: -1 } : completed(dispatch, 0),
          ]),
        ),
      );
      expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
      const counts = await Promise.all(all.map(({ id }) => database.dispatches.summary(id)));
      expect(counts.map((summary) => summary?.completed_electron_num)).toEqual([1, 0, 1]);
    });

    it("refuses what comes behind a refused change of the same dispatch, until that is loaded again", async () => {
      const database = await create().open();
      const { id, dispatch } = await started(database, [node(0), node(1), node(2)]);
      const results = await Promise.allSettled([
        database.journal.commit([completed(dispatch, 0)]),
        database.journal.commit([completed(dispatch, 0)]),
        database.journal.commit([completed(dispatch, 1)]),
      ]);
      expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
      await expect(database.journal.commit([completed(dispatch, 2)])).rejects.toThrow(/builds on/);
      const statuses = (await database.journal.load(id))?.nodes.map(({ status }) => status);
      expect(statuses).toEqual(["COMPLETED", "NEW_OBJECT", "NEW_OBJECT"]);
      await database.journal.commit([completed(dispatch, 2)]);
      expect(await database.dispatches.summary(id)).toMatchObject({ completed_electron_num: 2 });
    });

    it("lets exactly one of many start a dispatch", async () => {
      const database = await create().open();
      const id = await register(database, { nodes: [node(0)] });
      const claims = await Promise.all(Array.from({ length: 20 }, () => database.journal.claimStart(id, 1)));
      expect(claims.filter(Boolean)).toHaveLength(1);
      expect(await database.journal.claimStart("no such dispatch", 1)).toBe(false);
    });

    it("knows which dispatches are in flight, oldest first", async () => {
      const database = await create().open();
      const first = await started(database, [node(0)]);
      const second = await started(database, [node(0)]);
      const ended = await started(database, [node(0)]);
      await register(database, { nodes: [node(0)] });
      const { journal } = database;
      await journal.commit([
        { kind: "dispatch-status", ...dispatchOf(ended.dispatch), status: "CANCELLED", at: 1 },
      ]);
      expect(await journal.inFlight()).toEqual([first.id, second.id]);
    });

    it("keeps attempts: the open one, those that count, those that were lost", async () => {
      const database = await create().open();
      const { id, dispatch } = await started(database, [node(0), node(1)]);
      const ended = (token: string, number: number, kind?: "user-error" | "lost"): Change => ({
        kind: "attempt-ended",
        node: rowOf(dispatch, 0),
        number,
        token,
        status: kind === undefined ? "RETURNED" : "FAILED",
        startedAt: 1,
        endedAt: 2,
        ...(kind === undefined ? {} : { failure: { kind, name: "E", message: "m" } }),
      });
      await database.journal.commit([placed(dispatch, 0, "a"), ended("a", 1, "user-error")]);
      await database.journal.commit([placed(dispatch, 0, "b", 2), ended("b", 2, "lost")]);
      await database.journal.commit([placed(dispatch, 0, "c", 3), ended("c", 3)]);
      await database.journal.commit([placed(dispatch, 0, "d", 4)]);
      await database.journal.commit([{ ...placed(dispatch, 0, "d", 4), handle: { pid: 2 } }]);
      // The end of an attempt counts once.
      await database.journal.commit([ended("a", 1, "lost")]);
      const loaded = await database.journal.load(id);
      expect(loaded?.nodes[0]).toMatchObject({
        attempts: 1,
        lost: 1,
        lastAttempt: 4,
        open: { number: 4, token: "d", executor: "local", handle: { pid: 2 } },
      });
      const records = await database.dispatches.attempts(id, 0);
      expect(records.map(({ status }) => status)).toEqual(["FAILED", "FAILED", "RETURNED", null]);
      expect(records[0]?.failure).toEqual({ kind: "user-error", name: "E", message: "m" });
    });

    it("keeps what each attempt printed; the node's log is that of its last one", async () => {
      const database = await create().open();
      const { id, dispatch } = await started(database, [node(0)]);
      const ended = (number: number, logs: { stdout?: PayloadRef; stderr?: PayloadRef }): Change => ({
        kind: "attempt-ended",
        node: rowOf(dispatch, 0),
        number,
        token: `t${number}`,
        status: "FAILED",
        startedAt: 1,
        endedAt: 2,
        ...logs,
      });
      await database.journal.commit([
        placed(dispatch, 0, "t1"),
        ended(1, { stdout: textPayload("first"), stderr: textPayload("oops") }),
      ]);
      await database.journal.commit([
        placed(dispatch, 0, "t2", 2),
        ended(2, { stdout: textPayload("second") }),
      ]);
      const digest = (text: string) => ({ digest: hash("sha256", text), size: text.length });
      expect(await database.dispatches.attempts(id, 0)).toMatchObject([
        { stdout: digest("first"), stderr: digest("oops") },
        { stdout: digest("second"), stderr: null },
      ]);
      expect(await database.assets.find(id, 0, "stdout")).toMatchObject(digest("second"));
      expect(await database.assets.find(id, 0, "stderr")).toBeUndefined();
      const [read] = await database.dispatches.nodes(id, { after: -1, limit: 1 });
      expect(Object.keys(read?.assets ?? {})).toEqual(["stdout"]);
    });

    it("numbers events in the order of commits, and tells them after the commit", async () => {
      const database = await create().open();
      const { id, dispatch } = await started(
        database,
        Array.from({ length: 50 }, (_, index) => node(index)),
      );
      const before = database.events.latest;
      const told: StatusEvent[] = [];
      const end = database.events.subscribe((events) => told.push(...events));
      await Promise.all(
        dispatch.nodes.map(({ nodeId }) => database.journal.commit([completed(dispatch, nodeId)])),
      );
      end();
      await database.journal.commit([
        { kind: "dispatch-status", ...dispatchOf(dispatch), status: "RUNNING", at: 1 },
      ]);
      expect(told.map(({ nodeId }) => nodeId)).toEqual(dispatch.nodes.map(({ nodeId }) => nodeId));
      expect(told.map(({ sequence }) => sequence)).toEqual(told.map((_, index) => before + 1 + index));
      expect(await database.events.since(before, 50)).toEqual(told);
      expect(database.events.latest).toBe(before + 51);
      expect(await database.events.since(before + 50, 10)).toEqual([
        { sequence: before + 51, at: 1, dispatchId: id, status: "RUNNING" },
      ]);
    });

    it("goes on numbering after it was opened again", async () => {
      const place = create();
      const first = await place.open();
      await started(first, [node(0)]);
      const { latest } = first.events;
      await first.close();
      const second = await place.open();
      expect(second.events.latest).toBe(latest);
      await started(second, [node(0)]);
      expect(second.events.latest).toBe(latest + 1);
      expect(await second.events.oldest()).toBe(1);
    });

    it("stores why a node failed, as text for people and as the reason of its status", async () => {
      const database = await create().open();
      const { id, dispatch } = await started(database, [node(0)]);
      await database.journal.commit([failed(dispatch, 0)]);
      const error = await database.assets.find(id, 0, "error");
      expect(Buffer.from(error?.inline ?? []).toString()).toBe("RangeError: too far\n    at fit.ts:3");
      const [stored] = await database.dispatches.nodes(id, { after: -1, limit: 1 });
      expect(stored?.metadata).toMatchObject({ status: "FAILED", reason: "too far" });
    });

    it("carries 100,000 nodes", { timeout: 300_000 }, async () => {
      const database = await create().open();
      const count = 100_000;
      const nodes = Array.from({ length: count }, (_, id) => node(id));
      const links = nodes.slice(1).map(({ id }) => link(id - 1, id));
      const id = await register(database, { nodes, links });
      const dispatch = await database.journal.load(id);
      expect(dispatch?.nodes.every(({ nodeId }, index) => nodeId === index)).toBe(true);
      expect(dispatch?.nodes).toHaveLength(count);
      expect(dispatch?.edges.every(({ source, target }) => target === source + 1)).toBe(true);
      expect(dispatch?.edges).toHaveLength(count - 1);
    });
  });
}

async function started(database: Database, nodes: Parameters<typeof register>[1]["nodes"]) {
  const links = nodes.slice(1).map(({ id }) => link(id - 1, id));
  const id = await register(database, { header: header(), nodes, links });
  expect(await database.journal.claimStart(id, 1)).toBe(true);
  const dispatch = await database.journal.load(id);
  if (dispatch === undefined) throw new Error(`dispatch ${id} was not stored`);
  return { id, dispatch };
}

function dispatchOf({ row, dispatchId }: StoredDispatch) {
  return { dispatch: row, dispatchId };
}

function rowOf(dispatch: StoredDispatch, nodeId: number): number {
  return dispatch.nodes[nodeId]?.row ?? -1;
}

function completed(dispatch: StoredDispatch, nodeId: number, output = payload("1")): NodeStatusChange {
  const node = { node: rowOf(dispatch, nodeId), nodeId };
  return { kind: "node-status", ...dispatchOf(dispatch), ...node, status: "COMPLETED", at: 2, output };
}

function failed(dispatch: StoredDispatch, nodeId: number): NodeStatusChange {
  const { output: _output, ...change } = completed(dispatch, nodeId);
  const failure = { kind: "user-error", name: "RangeError", message: "too far" } as const;
  return {
    ...change,
    status: "FAILED",
    failure: { ...failure, stack: "RangeError: too far\n    at fit.ts:3" },
  };
}

function placed(dispatch: StoredDispatch, nodeId: number, token: string, number = 1) {
  return {
    kind: "attempt-placed",
    dispatch: dispatch.row,
    node: rowOf(dispatch, nodeId),
    number,
    token,
    executor: "local",
    handle: { pid: 1 },
    at: 1,
  } as const;
}

function payload(text: string): PayloadRef {
  return { digest: hash("sha256", text), size: text.length, codec: "value", inline: Buffer.from(text), text };
}

function textPayload(text: string): PayloadRef {
  return { digest: hash("sha256", text), size: text.length, codec: "text", inline: Buffer.from(text) };
}
