import { hash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { streamedManifest } from "../../test/contract/api-manifest.ts";
import { type TestServer, testServer } from "../../test/contract/api-server.ts";
import type { StoredDispatch } from "../model/change.ts";
import type { PayloadRef } from "../model/payload.ts";
import type { TerminalStatus } from "../model/status.ts";
import type { Template } from "../model/template.ts";
import { errorToData } from "../serialization/error-data.ts";
import { serialize } from "../serialization/serialize.ts";
import { getResult } from "./result.ts";

let directory: string;
let server: TestServer;
let url: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "covalent-result-"));
  server = await testServer({ directory });
  url = await server.listen();
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

async function started(): Promise<StoredDispatch> {
  const client = server.client();
  const { metadata } = await client.register(streamedManifest());
  await client.start(metadata.dispatch_id);
  const stored = await server.database.journal.load(metadata.dispatch_id);
  if (stored === undefined) throw new Error("the dispatch was not stored");
  return stored;
}

const payload = (value: unknown): PayloadRef => {
  const { digest, size, bytes } = serialize(value);
  return { digest, size, codec: "value", inline: bytes };
};

const template = (value: Template): PayloadRef => {
  const inline = Buffer.from(JSON.stringify(value));
  return { digest: hash("sha256", inline), size: inline.length, codec: "template", inline };
};

async function end(stored: StoredDispatch, status: TerminalStatus, resultNode?: number): Promise<void> {
  const { row: dispatch, dispatchId } = stored;
  const reason = status === "FAILED" ? { reason: "1 node failed: task 1 (node 1)" } : {};
  await server.database.journal.commit([
    { kind: "dispatch-status", dispatch, dispatchId, status: "RUNNING", at: 1_000 },
  ]);
  await server.database.journal.commit([
    {
      kind: "dispatch-status",
      dispatch,
      dispatchId,
      status,
      at: 2_000,
      ...reason,
      ...(resultNode === undefined ? {} : { resultOf: stored.nodes[resultNode]?.row ?? -1 }),
    },
  ]);
}

async function endNode(
  stored: StoredDispatch,
  nodeId: number,
  outcome: { output: PayloadRef } | { thrown: Error },
): Promise<void> {
  const { row: dispatch, dispatchId } = stored;
  const node = stored.nodes[nodeId]?.row ?? -1;
  const text = (inline: string): PayloadRef => ({
    ...payload(inline),
    codec: "text",
    inline: Buffer.from(inline),
    size: inline.length,
  });
  const how =
    "output" in outcome
      ? { status: "COMPLETED" as const, output: outcome.output }
      : {
          status: "FAILED" as const,
          failure: {
            kind: "user-error" as const,
            name: outcome.thrown.name,
            message: outcome.thrown.message,
            stack: outcome.thrown.stack ?? "",
            data: errorToData(outcome.thrown),
          },
        };
  const attempt = { kind: "attempt-ended", node, number: 1, token: `attempt of ${nodeId}` } as const;
  const printed = { startedAt: 1_400, endedAt: 1_500, stdout: text("printed\n") };
  const placed = {
    ...attempt,
    kind: "attempt-placed",
    dispatch,
    executor: "local",
    handle: null,
    at: 1_300,
  } as const;
  const failure = "failure" in how ? { failure: how.failure } : {};
  const reason = "failure" in how ? { reason: `${how.failure.name}: ${how.failure.message}` } : {};
  await server.database.journal.commit([
    placed,
    { ...attempt, status: how.status, ...printed, ...failure },
    { kind: "node-status", dispatch, dispatchId, node, nodeId, at: 1_500, ...how, ...reason },
  ]);
}

describe("the result of a dispatch", () => {
  it("is its state at once, without waiting", async () => {
    const { dispatchId } = await started();
    const result = await getResult(dispatchId, { url });
    expect(result).toMatchObject({
      dispatchId,
      name: "chain",
      status: "STARTING",
      result: undefined,
      endedAt: null,
    });
    expect(await result.inputs()).toBe("the inputs");
    expect(result.nodes.map((node) => [node.id, node.name, node.status])).toEqual([
      [0, "task 0", "NEW_OBJECT"],
      [1, "task 1", "NEW_OBJECT"],
      [2, "task 2", "NEW_OBJECT"],
    ]);
  });

  it("is waited for, put together from the outputs it refers to, and its logs come when asked for", async () => {
    const stored = await started();
    const waiting = getResult(stored.dispatchId, { url, wait: true });
    const map = payload(new Map([["slope", 2n]]));
    const deep = payload({ rows: [10, 20, 30] });
    await endNode(stored, 0, { output: map });
    await endNode(stored, 1, { output: deep });
    const path = [
      { key: "rows", node: 3, name: ":attribute:rows" },
      { key: 1, node: 4, name: ":subscripted:1" },
    ];
    const inner = template({ dict: [["second", { ref: deep.digest, size: deep.size, path }]] });
    await server.store.put(Readable.from([inner.inline]));
    const outer = [
      { ref: map.digest, size: map.size },
      { template: inner.digest, size: inner.size },
    ];
    await endNode(stored, 2, { output: template({ list: outer }) });
    await end(stored, "COMPLETED", 2);
    const result = await waiting;
    expect(result.status).toBe("COMPLETED");
    expect(result.result).toEqual([new Map([["slope", 2n]]), { second: 20 }]);
    expect([result.startedAt, result.endedAt]).toEqual([new Date(1_000), new Date(2_000)]);
    expect(result.error).toBeUndefined();
    const [first] = result.nodes;
    expect(await first?.output()).toEqual(new Map([["slope", 2n]]));
    expect([await first?.stdout(), await first?.stderr(), await first?.error()]).toEqual([
      "printed\n",
      "",
      undefined,
    ]);
  });

  it("of a failed one says why, and gives the errors of the nodes that failed as they were thrown", async () => {
    const stored = await started();
    const cause = Object.assign(new RangeError("row -1"), { row: -1 });
    const thrown = Object.assign(new TypeError("no rows", { cause }), { code: "E_ROWS", status: 404 });
    thrown.stack = "TypeError: no rows\n    at fit (fit.ts:3:9)\nCaused by: RangeError: row -1";
    await endNode(stored, 1, { thrown });
    await end(stored, "FAILED");
    const result = await getResult(stored.dispatchId, { url, wait: true });
    expect(result.result).toBeUndefined();
    expect(result.error?.message).toBe("1 node failed: task 1 (node 1): TypeError: no rows");
    const [failed, ...others] = result.error?.nodes ?? [];
    expect([failed?.name, others]).toEqual(["task 1", []]);
    const error = await failed?.error();
    expect(error).toBeInstanceOf(Error);
    expect({ ...error, name: error?.name, message: error?.message, stack: error?.stack }).toEqual({
      name: "TypeError",
      message: "no rows",
      stack: thrown.stack,
      code: "E_ROWS",
      status: 404,
    });
    expect(error?.cause).toMatchObject({ name: "RangeError", message: "row -1", row: -1 });
  });

  it("has the attempts of its nodes, with what each printed", async () => {
    const stored = await started();
    await endNode(stored, 1, { thrown: new TypeError("no rows") });
    const { nodes } = await getResult(stored.dispatchId, { url });
    const attempts = (await nodes[1]?.attempts()) ?? [];
    expect(attempts).toMatchObject([
      {
        number: 1,
        executor: "local",
        status: "FAILED",
        startedAt: new Date(1_400),
        endedAt: new Date(1_500),
        failure: { kind: "user-error", name: "TypeError", message: "no rows" },
      },
    ]);
    expect([await attempts[0]?.stdout(), await attempts[0]?.stderr()]).toEqual(["printed\n", ""]);
    expect(await nodes[0]?.attempts()).toEqual([]);
  });

  it("that is made of many outputs takes a few requests, not one for each", async () => {
    const stored = await started();
    const parts = Array.from({ length: 300 }, (_, index) => payload({ index }));
    for (const { inline } of parts) await server.store.put(Readable.from([inline]));
    const list = parts.map(({ digest, size }) => ({ ref: digest, size }));
    await endNode(stored, 2, { output: template({ list }) });
    await end(stored, "COMPLETED", 2);
    const before = server.requests.length;
    const { result } = await getResult<readonly { index: number }[]>(stored.dispatchId, { url });
    expect(result?.map(({ index }) => index)).toEqual(parts.map((_, index) => index));
    expect(server.requests.length - before).toBeLessThan(6);
  });

  it("streams what changes from then on, in order, and ends with the dispatch", async () => {
    const stored = await started();
    const { stream } = await getResult(stored.dispatchId, { url });
    const changes = stream();
    await endNode(stored, 0, { output: payload(1) });
    await end(stored, "FAILED");
    const seen: unknown[] = [];
    for await (const { nodeId, status, reason } of changes) seen.push([nodeId, status, reason]);
    expect(seen).toEqual([
      [0, "COMPLETED", undefined],
      [undefined, "RUNNING", undefined],
      [undefined, "FAILED", "1 node failed: task 1 (node 1)"],
    ]);
    const ended = await getResult(stored.dispatchId, { url });
    expect((await ended.stream().next()).done).toBe(true);
  });

  it("survives a restart of the server while it is waited for", async () => {
    const stored = await started();
    const port = Number(new URL(url).port);
    const waiting = getResult(stored.dispatchId, { url, wait: true });
    await hasListeners(server);
    await server[Symbol.asyncDispose]();
    server = await testServer({ directory });
    await end(stored, "CANCELLED");
    await server.listen(port);
    expect(await waiting).toMatchObject({ status: "CANCELLED", error: { nodes: [] } });
  });

  it("survives that the server is killed while it is waited for", async () => {
    const stored = await started();
    const port = Number(new URL(url).port);
    const waiting = getResult(stored.dispatchId, { url, wait: true });
    await hasListeners(server);
    // As the system does when a process dies.
    server.app.server.close();
    server.app.server.closeAllConnections();
    await server[Symbol.asyncDispose]();
    server = await testServer({ directory });
    await end(stored, "CANCELLED");
    await server.listen(port);
    expect(await waiting).toMatchObject({ status: "CANCELLED" });
  });

  it("takes one request for its end, and two for what it came to", async () => {
    const stored = await started();
    const before = server.requests.length;
    const waiting = getResult(stored.dispatchId, { url, wait: true });
    await hasListeners(server);
    await end(stored, "COMPLETED", 2);
    await waiting;
    expect(server.requests.length - before).toBe(3);
  });

  it("is refused when the server stays away for too long, or when it cannot be waited for", async () => {
    const { dispatchId } = await started();
    const waiting = getResult(dispatchId, { url, wait: true, serverTimeout: "200ms" });
    await hasListeners(server);
    await server.app.close();
    await expect(waiting).rejects.toMatchObject({ code: "SERVER_UNREACHABLE" });
  });

  it("is waited for while the server is away, though the clock is set forward a day meanwhile", async () => {
    const stored = await started();
    const waiting = getResult(stored.dispatchId, { url, wait: true, serverTimeout: "1m" });
    await hasListeners(server);
    const port = Number(new URL(url).port);
    await server[Symbol.asyncDispose]();
    const { asked, close } = await deadServer(port);
    await expect.poll(asked).toBeGreaterThan(0);
    setClock(86_400_000);
    const before = asked();
    await expect.poll(asked).toBeGreaterThan(before + 1);
    await close();
    server = await testServer({ directory });
    await end(stored, "COMPLETED", 2);
    await server.listen(port);
    expect((await waiting).status).toBe("COMPLETED");
  });

  it("is waited for no longer than was asked, though the clock is set back a day meanwhile", async () => {
    const { dispatchId } = await started();
    const waiting = getResult(dispatchId, { url, wait: true, serverTimeout: "200ms" });
    await hasListeners(server);
    await server.app.close();
    setClock(-86_400_000);
    await expect(waiting).rejects.toMatchObject({ code: "SERVER_UNREACHABLE" });
  });

  it("of an unknown dispatch is refused at once, and waiting ends when it is told to", async () => {
    const unknown = "00000000-0000-4000-8000-000000000000";
    await expect(getResult(unknown, { url, wait: true })).rejects.toMatchObject({
      code: "DISPATCH_NOT_FOUND",
    });
    const { dispatchId } = await started();
    const stop = new AbortController();
    const waiting = getResult(dispatchId, { url, wait: true, signal: stop.signal });
    await hasListeners(server);
    stop.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
  });
});

/** The machine's clock; the time that passes is real. */
function setClock(byMs: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + byMs });
  onTestFinished(() => void vi.useRealTimers());
}

/** Takes connections, and says nothing; how many there were. */
async function deadServer(port: number) {
  let count = 0;
  const dead = createServer((socket) => {
    count += 1;
    socket.destroy();
  });
  dead.listen(port, "127.0.0.1");
  await once(dead, "listening");
  const close = () => new Promise((resolve) => dead.close(resolve));
  return { asked: () => count, close };
}

/** Waits until somebody waits for the end of a dispatch. */
async function hasListeners({ requests }: TestServer): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!requests.some((url) => url.includes("/summary?wait_ms="))) {
    if (Date.now() > deadline) throw new Error("nobody waits for an end");
    await new Promise((resolve) => setImmediate(resolve));
  }
}
