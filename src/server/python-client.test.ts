import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { pythonAsset, pythonManifest } from "../../test/contract/api-manifest.ts";
import { type TestServer, testServer } from "../../test/contract/api-server.ts";
import { Dispatcher } from "../dispatcher/dispatcher.ts";
import { RecordingExecutor } from "../dispatcher/recording-executor.test-support.ts";
import type { Logger } from "../model/logger.ts";
import { isTerminal } from "../model/status.ts";
import { createSubDispatches } from "./registration/sub-dispatches.ts";

/** What the original's Python SDK does, request by request, with a dispatcher that works. */
let server: TestServer;
let logger: Logger;
let python: RecordingExecutor;
beforeEach(async () => {
  python = new RecordingExecutor();
  server = await testServer({
    dispatcher: (parts) => {
      const { database, store } = parts;
      logger = parts.logger;
      return new Dispatcher({
        journal: database.journal,
        store,
        executors: new Map([["python", python]]),
        subDispatches: createSubDispatches({ dispatches: database.dispatches, store }),
        logger,
      });
    },
  });
});
afterEach(() => server[Symbol.asyncDispose]());

async function ask(method: "GET" | "PATCH" | "POST" | "PUT", url: string, payload?: Uint8Array | object) {
  const body = payload === undefined ? {} : { payload };
  const answer = await server.app.inject({ method, url, headers: { host: "localhost" }, ...body });
  expect(answer.statusCode, `${method} ${url}: ${answer.body}`).toBeLessThan(300);
  return answer.json();
}

/** Where the bytes of each asset of a manifest are wanted, and how many there are. */
function* uploads(value: unknown): Generator<{ readonly path: string; readonly size: number }> {
  if (typeof value !== "object" || value === null) return;
  if ("remote_uri" in value && "size" in value) {
    if (Number(value.size) > 0 && value.remote_uri !== "")
      yield { path: new URL(String(value.remote_uri)).pathname, size: Number(value.size) };
  } else for (const item of Object.values(value)) yield* uploads(item);
}

async function ended(id: string) {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; ) {
    const summary = await ask("GET", `/api/v2/dispatches/${id}/summary`);
    if (isTerminal(summary.status)) return summary;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`dispatch ${id} has not ended`);
}

/** Registers, uploads and starts, as the SDK's dispatch() does: the id. */
async function dispatched(manifest: object): Promise<string> {
  const registered = await ask("POST", "/api/v2/dispatches", Buffer.from(JSON.stringify(manifest)));
  const id: string = registered.metadata.dispatch_id;
  for (const { path, size } of uploads(registered)) await ask("PUT", path, pythonAsset(size).bytes);
  expect(await ask("PUT", `/api/v2/dispatches/${id}/status`, { status: "RUNNING" })).toBe(id);
  return id;
}

/** A parameter, a task on `executor` that takes it, and what the lattice returns. */
function workflowOn(executor: string, attributes: object = {}) {
  const manifest = pythonManifest(3);
  const [parameter, task, returned] = manifest.lattice.transport_graph.nodes;
  const value = pythonAsset(30).asset;
  if (parameter) Object.assign(parameter.assets, { value, output: value });
  Object.assign(parameter?.metadata ?? {}, { name: ":parameter:5" });
  Object.assign(task?.metadata ?? {}, { name: "step", executor, executor_data: { attributes } });
  Object.assign(returned?.metadata ?? {}, { name: ":postprocess:reconstruct" });
  return manifest;
}

it.each(["local", "dask"])("a workflow for %s runs on the Python workers", async (executor) => {
  const id = await dispatched(workflowOn(executor, { retries: 2, time_limit: 1.5, workdir: "/data" }));
  await python.until(() => python.names.includes("step"));
  const { digest } = await ask("GET", `/api/v2/dispatches/${id}/electrons/0/assets/output`);
  const own = await ask("GET", `/api/v2/dispatches/${id}/electrons/1/assets/function`);
  const hooks = await ask("GET", `/api/v2/dispatches/${id}/electrons/1/assets/hooks`);
  expect(python.submitted[0]).toMatchObject({
    timeoutMs: 1_500,
    workdir: "/data",
    code: {
      kind: "pickle",
      function: own.digest,
      hooks: hooks.digest,
      args: [{ node: 0, digest }],
      kwargs: {},
    },
  });
  await python.run("step");
  await python.until(() => python.names.length === 2);
  await python.run(":postprocess:reconstruct");
  expect(await ended(id)).toMatchObject({ status: "COMPLETED" });
  const { size } = await ask("GET", `/api/v2/dispatches/${id}/assets/result`);
  expect(size).toBe(":postprocess:reconstruct".length);
  const { nodes } = await ask("GET", `/api/v2/dispatches/${id}/nodes`);
  expect(nodes[1].reason ?? "").toBe(
    executor === "local" ? "" : "it asked for the executor dask, and ran on this server's Python workers",
  );
  expect(server.faults).toEqual([]);
});

it("a task for an executor that there is not fails, and says which ones there are", async () => {
  const id = await dispatched(workflowOn("slurm"));
  expect(await ended(id)).toMatchObject({ status: "FAILED", reason: "1 node failed: step (node 1)" });
  const { nodes } = await ask("GET", `/api/v2/dispatches/${id}/nodes`);
  expect(nodes.map((node: { status: string }) => node.status)).toEqual(["COMPLETED", "FAILED", "CANCELLED"]);
  expect(nodes[1].reason).toBe(
    'UnknownExecutor: there is no executor "slurm" on this server: tasks in Python run on local or dask',
  );
});

it("why a dispatch failed is its error asset, which the SDK reads", async () => {
  const id = await dispatched(workflowOn("slurm"));
  const { reason } = await ended(id);
  const { error } = (await ask("GET", `/api/v2/dispatches/${id}`)).assets;
  expect(error.size).toBe(reason.length);
  const { pathname: url } = new URL(error.remote_uri);
  expect((await server.app.inject({ url, headers: { host: "localhost" } })).body).toBe(reason);
  expect(await ask("GET", `/api/v2/dispatches/${id}/assets/error`)).toMatchObject({ content: reason });
});

describe("a sublattice that a task has registered", () => {
  async function building(): Promise<string> {
    const manifest = workflowOn("local");
    Object.assign(manifest.lattice.transport_graph.nodes[1]?.metadata ?? {}, { name: ":sublattice:inner" });
    const id = await dispatched(manifest);
    await python.until(() => python.names.includes(":sublattice:inner"));
    await python.place(":sublattice:inner");
    return id;
  }

  async function registered(parent = ""): Promise<string> {
    const manifest = Buffer.from(JSON.stringify(workflowOn("local")));
    const answer = await ask("POST", `/api/v2/dispatches${parent}`, manifest);
    for (const { path, size } of uploads(answer)) await ask("PUT", path, pythonAsset(size).bytes);
    return answer.metadata.dispatch_id;
  }

  const asNodeOf = (id: string) => registered(`?parent_dispatch_id=${id}&parent_node_id=1`);

  const link = (id: string, sub: string) =>
    ask("PATCH", `/api/v2/dispatches/${id}/electrons/1`, { sub_dispatch_id: sub });

  it("runs as the node's dispatch once the task has ended, and gives it its result", async () => {
    const id = await building();
    const sub = await registered();
    await link(id, sub);
    await python.complete(":sublattice:inner", "");
    await python.until(() => python.names.includes("step"));
    await python.run("step");
    await python.until(() => python.names.includes(":postprocess:reconstruct"));
    await python.run(":postprocess:reconstruct");
    expect(await ended(sub)).toMatchObject({ status: "COMPLETED", root_dispatch_id: id });
    await python.until(() => python.names.filter((name) => name === ":postprocess:reconstruct").length === 2);
    await python.run(":postprocess:reconstruct");
    expect(await ended(id)).toMatchObject({ status: "COMPLETED" });
  });

  it("takes the place of one that an earlier attempt had registered, which is cancelled", async () => {
    const id = await building();
    const [first, second] = [await registered(), await registered()];
    await link(id, first);
    await link(id, second);
    expect(await ended(first)).toMatchObject({ status: "CANCELLED" });
    await python.complete(":sublattice:inner", "");
    await python.until(() => python.names.includes("step"));
    expect(python.submitted.find(({ name }) => name === "step")?.dispatchId).toBe(second);
  });

  it("may be registered as the node's at once, and linked to it once more", async () => {
    const id = await building();
    const sub = await asNodeOf(id);
    await link(id, sub);
    await python.complete(":sublattice:inner", "");
    await python.until(() => python.names.includes("step"));
    expect(python.submitted.find(({ name }) => name === "step")?.dispatchId).toBe(sub);
    expect(await ask("GET", `/api/v2/dispatches/${sub}/summary`)).toMatchObject({ root_dispatch_id: id });
  });

  it("is cancelled when its builder died, and another attempt registers its own", async () => {
    const id = await building();
    const [first, second] = [await asNodeOf(id), await asNodeOf(id)];
    expect(await ended(first)).toMatchObject({ status: "CANCELLED" });
    const { nodes } = await ask("GET", `/api/v2/dispatches/${first}/nodes`);
    expect(new Set(nodes.map((node: { status: string }) => node.status))).toEqual(new Set(["CANCELLED"]));
    expect(await ask("GET", `/api/v2/dispatches/${second}/summary`)).toMatchObject({ status: "NEW_OBJECT" });
  });

  it("is cancelled when its builder failed", async () => {
    const id = await building();
    const sub = await asNodeOf(id);
    await python.fail(":sublattice:inner");
    expect(await ended(sub)).toMatchObject({ status: "CANCELLED" });
    expect(await ended(id)).toMatchObject({ status: "FAILED" });
  });

  it("is cancelled at the next start when the server died before it was", async () => {
    const id = await building();
    const sub = await asNodeOf(id);
    const { database, store } = server;
    const { journal } = database;
    // As if the server had died right after the node's end.
    await journal.abandon(id, Date.now(), "it cannot go on");
    expect(await journal.unbegun()).toEqual([sub]);
    const subDispatches = createSubDispatches({ dispatches: database.dispatches, store });
    const next = new Dispatcher({ journal, store, executors: new Map(), subDispatches, logger });
    await next.recover();
    await next.close();
    expect(await ended(sub)).toMatchObject({ status: "CANCELLED" });
  });

  it("is refused with half of its parent, or for a node that is not being built", async () => {
    const id = await building();
    const payload = Buffer.from(JSON.stringify(workflowOn("local")));
    const parents = [
      `parent_dispatch_id=${id}`,
      "parent_node_id=1",
      `parent_dispatch_id=${id}&parent_node_id=0`,
    ];
    for (const parent of parents) {
      const url = `/api/v2/dispatches?${parent}`;
      const answer = await server.app.inject({
        method: "POST",
        url,
        headers: { host: "localhost" },
        payload,
      });
      expect([answer.statusCode, answer.json().code], parent).toEqual([422, "INVALID_ARGUMENT"]);
    }
  });

  it("is refused when it is another node's already, or is no dispatch", async () => {
    const id = await building();
    const sub = await registered();
    await link(id, sub);
    const other = await building();
    for (const stranger of [sub, other, id, "nothing"]) {
      const url = `/api/v2/dispatches/${other}/electrons/1`;
      const headers = { host: "localhost" };
      const payload = { sub_dispatch_id: stranger };
      const answer = await server.app.inject({ method: "PATCH", url, headers, payload });
      expect([answer.statusCode, answer.json().code]).toEqual([422, "INVALID_ARGUMENT"]);
    }
  });
});
