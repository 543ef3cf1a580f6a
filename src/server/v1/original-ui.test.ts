import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { pythonManifest, streamedManifest } from "../../../test/contract/api-manifest.ts";
import { type TestServer, testServer } from "../../../test/contract/api-server.ts";
import { pythonObject } from "../../../test/contract/python-object.ts";
import { CovalentError } from "../../model/errors.ts";

let server: TestServer;
const written: string[] = [];
beforeEach(async () => {
  written.length = 0;
  server = await testServer({
    settings: {
      list: () => [],
      sections: () => ({ sdk: { log_level: "warning" }, dispatcher: { port: 48_008 }, limits: {} }),
      async set(key, text) {
        if (key === "sdk.unknown") throw new CovalentError("CONFIG_UNKNOWN_KEY", { key });
        written.push(`${key}=${text}`);
      },
    },
  });
  await server.listen();
});
afterEach(async () => {
  expect(server.faults).toEqual([]);
  await server[Symbol.asyncDispose]();
});

async function ask(method: "GET" | "POST", url: string, payload?: object | string) {
  const headers = { host: "localhost", ...(payload && { "content-type": "application/json" }) };
  const answer = await server.app.inject({ method, url, headers, ...(payload && { payload }) });
  return { status: answer.statusCode, body: answer.json() };
}
const get = async (url: string) => (await ask("GET", `/api/v1/dispatches/${url}`)).body;

async function typescript(name: string): Promise<string> {
  return (await server.client().register(streamedManifest({ name }))).metadata.dispatch_id;
}

/** A dispatch of the original's SDK, with these values uploaded. */
async function python(files: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
  const manifest = pythonManifest(3);
  const { nodes, links } = manifest.lattice.transport_graph;
  for (const asset of nodes.flatMap((node) => Object.values(node.assets))) if (asset) asset.size = 0;
  for (const asset of Object.values(manifest.lattice.assets)) asset.size = 0;
  const [first] = links;
  links[1] = { source: 1, target: 2, metadata: { edge_name: "scale", param_type: "kwarg", arg_index: 1 } };
  links.push({
    source: 0,
    target: 2,
    metadata: { ...first?.metadata, edge_name: "x", param_type: "arg", arg_index: 0 },
  });
  const { body } = await ask("POST", "/api/v2/dispatches", JSON.stringify(manifest));
  const id = body.metadata.dispatch_id;
  for (const [file, payload] of Object.entries(files)) {
    const url = `/api/v0/files/${id}/${file}`;
    const headers = { host: "localhost" };
    const bytes = Buffer.from(payload);
    expect((await server.app.inject({ method: "PUT", url, headers, payload: bytes })).statusCode).toBe(200);
  }
  return id;
}

describe("the list of dispatches", () => {
  it("is sorted, searched and filtered as the page asks", async () => {
    const [b, a] = [await typescript("beta"), await typescript("Alpha_1")];
    await server.client().start(b);
    const all = await get("list?sort_by=Lattice_Name&sort_direction=asc&count=99");
    expect(all.total_count).toBe(2);
    expect(all.items).toEqual([
      {
        dispatch_id: a,
        lattice_name: "Alpha_1",
        runtime: null,
        total_electrons: 3,
        total_electrons_completed: 0,
        started_at: null,
        ended_at: null,
        status: "NEW_OBJECT",
        updated_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/),
      },
      expect.objectContaining({ dispatch_id: b, status: "STARTING" }),
    ]);
    const ids = async (query: string) =>
      (await get(`list?${query}`)).items.map((item: { dispatch_id: string }) => item.dispatch_id);
    expect(await ids("search=ALPHA_")).toEqual([a]);
    expect(await ids(`search=${b.slice(0, 8)}`)).toEqual([b]);
    expect(await ids("status_filter=RUNNING")).toEqual([b]);
    expect(await ids("status_filter=NEW_OBJECT")).toEqual([a]);
    expect(await ids("status_filter=COMPLETED")).toEqual([]);
    expect(await ids("sort_by=status&sort_direction=DESC")).toEqual([b, a]);
    expect(await ids("sort_by=runtime&count=1&offset=1")).toHaveLength(1);
    expect(await get("overview")).toEqual({
      total_jobs: 2,
      total_jobs_running: 1,
      total_jobs_completed: 0,
      total_jobs_failed: 0,
      total_jobs_cancelled: 0,
      total_jobs_new_object: 1,
      latest_running_task_status: "STARTING",
      total_dispatcher_duration: 0,
    });
    expect((await ask("GET", "/api/v1/dispatches/list?count=100")).status).toBe(422);
    expect((await ask("GET", "/api/v1/dispatches/list?sort_by=size")).status).toBe(422);
  });

  it("has no dispatch that was deleted; one that is under way stays", async () => {
    const [running, idle, other] = [
      await typescript("running"),
      await typescript("idle"),
      await typescript("other"),
    ];
    await server.client().start(running);
    const unknown = "8324880b-22e0-4edd-940d-9087eeb4d556";
    const dispatches = [idle, running, unknown];
    expect((await ask("POST", "/api/v1/dispatches/delete", { dispatches })).body).toEqual({
      success_items: [idle],
      failure_items: [running, unknown],
      message: "Some of the dispatches could not be deleted",
    });
    expect((await get("list?search=idle")).items).toEqual([]);
    expect((await ask("GET", `/api/v2/dispatches/${idle}`)).status).toBe(404);
    expect((await ask("POST", "/api/v1/dispatches/delete", {})).body.message).toBe(
      "No dispatches were deleted",
    );
    const all = { status_filter: "ALL", search_string: "" };
    expect((await ask("POST", "/api/v1/dispatches/delete-all", all)).body).toMatchObject({
      success_items: [other],
      failure_items: [running],
    });
    const nothing = { status_filter: "FAILED" };
    expect((await ask("POST", "/api/v1/dispatches/delete-all", nothing)).body.success_items).toEqual([]);
  });
});

describe("a dispatch", () => {
  it("is shown with its graph", async () => {
    const id = await typescript("flow");
    expect(await get(id)).toMatchObject({
      dispatch_id: id,
      status: "NEW_OBJECT",
      total_electrons: 3,
      directory: null,
      description: null,
    });
    const { dispatch_id, graph } = await get(`${id}/graph`);
    expect(dispatch_id).toBe(id);
    expect(graph.nodes[1]).toEqual({
      id: 1,
      name: "task 1",
      node_id: 1,
      started_at: null,
      completed_at: null,
      status: "NEW_OBJECT",
      type: "function",
      executor_label: "local",
      sublattice_dispatch_id: null,
    });
    expect(graph.links).toEqual([
      { edge_name: "x", parameter_type: "arg", target: 1, source: 0, arg_index: 0 },
      { edge_name: "x", parameter_type: "arg", target: 2, source: 1, arg_index: 0 },
    ]);
    expect(await get(`${id}/sublattices`)).toEqual({ sub_lattices: [] });
    expect(await get(`${id}/details/inputs`)).toEqual({ data: "the inputs", python_object: null });
    expect(await get(`${id}/details/executor`)).toEqual({ executor_name: "local", executor_details: {} });
    for (const part of ["result", "function_string", "error", "workflow_executor", "function"])
      expect((await ask("GET", `/api/v1/dispatches/${id}/details/${part}`)).status).toBe(200);
  });

  it("of the original's SDK shows its values without unpickling them", async () => {
    const pickle = Buffer.from([0x80, 0x04, 0x4b, 0x2a, 0x2e]);
    const id = await python({
      "inputs.tobj": pythonObject("{'args': (42,), 'kwargs': {}}", pickle),
      "results.tobj": pythonObject("42", pickle),
      "function_string.txt": "def flow(n): ...",
      "function_docstring.txt": "Adds.",
      "error.log": "it failed",
      "node_0/results.tobj": pythonObject('it\'s "42"', pickle),
      "node_1/results.tobj": pythonObject("π", pickle),
      "node_2/function_string.txt": "def add(x, scale): ...",
      "node_2/stdout.log": "adding\n",
      "node_2/stderr.log": "Traceback\n",
      "node_2/error.log": "lost",
      "node_2/hooks.json": '{"deps": {}}',
    });
    expect((await get(id)).description).toBe("Adds.");
    const shown = { python_object: "import pickle\npickle.loads(b'\\x80\\x04K*.')" };
    expect(await get(`${id}/details/result`)).toEqual({ data: '"42"', ...shown });
    expect(await get(`${id}/details/inputs`)).toEqual({
      data: JSON.stringify("{'args': (42,), 'kwargs': {}}"),
      ...shown,
    });
    expect(await get(`${id}/details/function_string`)).toEqual({ data: "def flow(n): ..." });
    expect(await get(`${id}/details/error`)).toEqual({ data: "it failed" });
    const node = (part: string) => get(`${id}/electron/2/details/${part}`);
    expect(await node("stdout")).toEqual({ data: "adding\n" });
    expect(await node("error")).toEqual({ data: "Traceback\nlost" });
    expect(await node("hooks")).toEqual({ data: '{"deps": {}}' });
    expect(await node("executor")).toEqual({ executor_name: "dask", executor_details: {} });
    expect(await node("result")).toEqual({ data: null, python_object: null });
    expect(await node("info")).toEqual({ data: null });
    const inputs = `{'args': ("it's \\"42\\"",), 'kwargs': {"scale": "π"}}`;
    expect(await node("inputs")).toEqual({ data: inputs, python_object: inputs });
    expect(await get(`${id}/electron/2`)).toMatchObject({ node_id: 2, name: "step_2", status: "NEW_OBJECT" });
  });

  it("that is not there is a 404, and what is no id a 422", async () => {
    const unknown = "8324880b-22e0-4edd-940d-9087eeb4d556";
    const id = await typescript("flow");
    for (const path of [
      unknown,
      `${unknown}/graph`,
      `${unknown}/sublattices`,
      `${unknown}/details/result`,
      `${id}/electron/9`,
    ])
      expect((await ask("GET", `/api/v1/dispatches/${path}`)).status).toBe(404);
    for (const path of ["flow", "flow/graph", `${id}/electron/-1`, `${id}/details/password`])
      expect((await ask("GET", `/api/v1/dispatches/${path}`)).status).toBe(422);
  });
});

describe("the configuration", () => {
  it("is shown in the clients' and the server's part, and only the clients' is changed", async () => {
    expect((await ask("GET", "/api/v1/settings")).body).toEqual({
      client: { sdk: { log_level: "warning" } },
      server: { dispatcher: { port: 48_008 }, limits: {} },
    });
    const change = { client: { sdk: { log_level: "debug" }, executors: { local: { workers: 2 } } } };
    expect((await ask("POST", "/api/v1/settings", change)).body).toEqual({
      data: "settings updated successfully",
    });
    expect(written).toEqual(["sdk.log_level=debug", "executors.local.workers=2"]);
    const refused = [
      { client: { dispatcher: { port: 1 } } },
      { client: { sdk: { unknown: 1 } } },
      { client: { "": { a: 1 } } },
      { server: { dispatcher: { port: 1 } } },
      {},
    ];
    for (const body of refused) {
      const { status } = await ask("POST", "/api/v1/settings", body);
      expect([404, 422]).toContain(status);
    }
    await ask("POST", "/api/v1/settings?override_existing=false", change);
    expect(written).toHaveLength(2);
  });
});

it("the log is shown by page, sorted and searched, and can be had whole", async () => {
  await using logging = await testServer({ logFile: join(server.directory, "server.log") });
  const line = (level: number, time: number, msg: string) => `${JSON.stringify({ level, time, msg })}\n`;
  const text = line(30, 1_000, "first") + line(50, 2_000, "second fails") + line(30, 3_000, "third");
  writeFileSync(join(server.directory, "server.log"), text);
  const read = async (url: string) => {
    const answer = await logging.app.inject({ url, headers: { host: "localhost" } });
    expect(answer.statusCode).toBe(200);
    return answer;
  };
  const messages = async (query: string) => {
    const { items, total_count } = (await read(`/api/v1/logs/?${query}`)).json();
    return [total_count, items.map(({ message }: { message: string }) => message)];
  };
  expect(await messages("")).toEqual([3, ["third", "second fails", "first"]]);
  expect(await messages("count=1&offset=1&sort_direction=ASC")).toEqual([3, ["second fails"]]);
  expect(await messages("search=ERROR")).toEqual([1, ["second fails"]]);
  expect(await messages("sort_by=status&sort_direction=ASC&count=1")).toEqual([3, ["second fails"]]);
  expect((await read("/api/v1/logs/download")).body).toBe(text);
  expect((await ask("GET", "/api/v1/logs/")).body).toEqual({ items: [], total_count: 0 });
});

it("a graph that somebody draws is kept to be looked at, without a content type as the SDK sends it", async () => {
  expect((await ask("GET", "/api/v2/preview")).status).toBe(404);
  const drawn = {
    event: "draw-request",
    payload: { lattice: { name: "flow" }, graph: { nodes: [], links: [] } },
  };
  const headers = { host: "localhost" };
  const payload = Buffer.from(JSON.stringify(drawn));
  const answer = await server.app.inject({ method: "POST", url: "/api/draw", headers, payload });
  expect(answer.json()).toEqual({ ok: true });
  expect((await ask("GET", "/api/v2/preview")).body).toEqual(drawn.payload);
  expect((await ask("POST", "/api/webhook", { event: "result-update" })).body).toEqual({ ok: true });
});
