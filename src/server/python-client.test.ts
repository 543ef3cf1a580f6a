import { afterEach, beforeEach, expect, it } from "vitest";
import { pythonAsset, pythonManifest } from "../../test/contract/api-manifest.ts";
import { type TestServer, testServer } from "../../test/contract/api-server.ts";
import { Dispatcher } from "../dispatcher/dispatcher.ts";
import { RecordingExecutor } from "../dispatcher/recording-executor.test-support.ts";
import { isTerminal } from "../model/status.ts";
import { createSubDispatches } from "./registration/sub-dispatches.ts";

/** What the original's Python SDK does, request by request, with a dispatcher that works. */
let server: TestServer;
beforeEach(async () => {
  server = await testServer({
    dispatcher: ({ database, store, logger }) =>
      new Dispatcher({
        journal: database.journal,
        store,
        executors: new Map([["local", new RecordingExecutor()]]),
        subDispatches: createSubDispatches({ dispatches: database.dispatches, store }),
        logger,
      }),
  });
});
afterEach(() => server[Symbol.asyncDispose]());

async function ask(method: "GET" | "POST" | "PUT", url: string, payload?: Uint8Array | object) {
  const body = payload === undefined ? {} : { payload };
  const answer = await server.app.inject({ method, url, headers: { host: "localhost" }, ...body });
  expect(answer.statusCode, `${method} ${url}: ${answer.body}`).toBeLessThan(300);
  return answer.json();
}

/** Where the bytes of each asset of a manifest are wanted, and how many there are. */
function* uploads(value: unknown): Generator<{ readonly path: string; readonly size: number }> {
  if (typeof value !== "object" || value === null) return;
  if ("remote_uri" in value && "size" in value && Number(value.size) > 0)
    yield { path: new URL(String(value.remote_uri)).pathname, size: Number(value.size) };
  else for (const item of Object.values(value)) yield* uploads(item);
}

async function ended(id: string) {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; ) {
    const summary = await ask("GET", `/api/v2/dispatches/${id}/summary`);
    if (isTerminal(summary.status)) return summary;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`dispatch ${id} has not ended`);
}

it.each([
  ["dask", "step_0", /executor/],
  ["local", "step_0", /has no code that this server can run/],
  ["local", ":parameter:5", /./],
])("a workflow for %s that begins with %s is taken and fails, as nothing runs Python yet", async (...row) => {
  const [executor, first, why] = row;
  const manifest = pythonManifest(4);
  for (const [index, node] of manifest.lattice.transport_graph.nodes.entries()) {
    const name = [first, "step_1", ":sublattice:inner", ":postprocess:"][index] ?? "";
    Object.assign(node.metadata, { name, executor });
    if (name.startsWith(":parameter")) Object.assign(node.assets, { value: pythonAsset(30).asset });
  }
  const registered = await ask("POST", "/api/v2/dispatches", Buffer.from(JSON.stringify(manifest)));
  const id = registered.metadata.dispatch_id;
  const wanted = [...uploads(registered)];
  expect(wanted.length).toBeGreaterThanOrEqual(4 + 4 * 3);
  for (const { path, size } of wanted) await ask("PUT", path, pythonAsset(size).bytes);
  expect(await ask("PUT", `/api/v2/dispatches/${id}/status`, { status: "RUNNING" })).toBe(id);
  const { status, reason } = await ended(id);
  expect([status, reason]).toEqual(["FAILED", `1 node failed: ${first} (node 0)`]);
  const { nodes } = await ask("GET", `/api/v2/dispatches/${id}/nodes`);
  const statuses = nodes.map((node: { status: string }) => node.status);
  expect(statuses).toEqual(["FAILED", "CANCELLED", "CANCELLED", "CANCELLED"]);
  expect(nodes[0].reason).toMatch(why);
  await ask("GET", `/api/v2/dispatches/${id}`);
  expect(server.faults).toEqual([]);
});
