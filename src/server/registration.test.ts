import { connect } from "node:net";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  largePayload,
  pythonManifest,
  streamedManifest,
  toNdjson,
} from "../../test/contract/api-manifest.ts";
import { type TestServer, testServer } from "../../test/contract/api-server.ts";
import { countingTurns } from "../../test/contract/api-turns.ts";
import type { RegisteredGraph } from "../model/change.ts";
import type { DispatcherControl } from "./dispatcher-control.ts";

let server: TestServer;
beforeEach(async () => {
  server = await testServer({ limits: { threadBytes: 20_000 } });
});
afterEach(() => server[Symbol.asyncDispose]());

const idle: DispatcherControl = {
  start: async () => {},
  cancel: async () => {},
  pause: async () => {},
  resume: async () => {},
  health: () => ({ running: true, active: 0, executors: {} }),
};

const ndjson = { "content-type": "application/x-ndjson" };

function post(payload: string, headers: Record<string, string> = ndjson) {
  return server.app.inject({
    method: "POST",
    url: "/api/v2/dispatches",
    headers: { host: "localhost", ...headers },
    payload,
  });
}

async function listed(): Promise<number> {
  return (await server.database.dispatches.list({ offset: 0, count: 10 })).total;
}

describe("a streamed manifest", () => {
  it("is registered, and the answer names what has to be uploaded", async () => {
    const { digest } = largePayload();
    const answer = await post(toNdjson(streamedManifest({ refers: [digest] })));
    expect(answer.statusCode).toBe(201);
    const { metadata, missing_assets } = answer.json();
    expect(missing_assets).toEqual([digest]);
    expect(metadata).toMatchObject({ status: "NEW_OBJECT", root_dispatch_id: metadata.dispatch_id });
    expect(await server.database.dispatches.summary(metadata.dispatch_id)).toMatchObject({
      name: "chain",
      electron_num: 3,
    });
  });

  it("starts at once with the graph that has been registered, where nothing is missing", async () => {
    const started: [string, RegisteredGraph | undefined][] = [];
    await using busy = await testServer({
      dispatcher: () => ({
        ...idle,
        async start(dispatchId, registered) {
          started.push([dispatchId, registered]);
        },
      }),
    });
    const url = "/api/v2/dispatches?start=true";
    const headers = { host: "localhost", ...ndjson };
    const payload = toNdjson(streamedManifest());
    const answer = await busy.app.inject({ method: "POST", url, headers, payload });
    expect(answer.json()).toMatchObject({ started: true });
    const id = answer.json().metadata.dispatch_id;
    const { nodes, edges } = (await busy.database.journal.load(id)) ?? {};
    expect(started).toMatchObject([[id, { nodes, edges }]]);
  });

  it("fills in what all its nodes have in common, and a node's own words win", async () => {
    const [header, , links, end] = streamedManifest({ nodes: 2 });
    const nodes = [
      { id: 0, metadata: { name: "a" } },
      { id: 1, metadata: { name: "b", executor: "other" } },
    ];
    const answer = await post(toNdjson([header, { kind: "nodes", nodes }, links, end]));
    const stored = await server.database.dispatches.nodes(answer.json().metadata.dispatch_id, {
      after: -1,
      limit: 9,
    });
    expect(stored.map((node) => node.metadata.executor)).toEqual(["local", "other"]);
  });

  it.each<[string, unknown[], RegExp]>([
    [
      "a cycle",
      streamedManifest({
        links: [
          [0, 1],
          [1, 0],
        ],
      }),
      /cycle: .*task 0/,
    ],
    ["a link that leads nowhere", streamedManifest({ links: [[0, 7]] }), /no node 7/],
    [
      "a gap in the ids",
      [streamedManifest()[0], { kind: "nodes", nodes: [{ id: 1, metadata: { name: "x" } }] }],
      /node 1 follows/,
    ],
    [
      "an id that occurs twice",
      [
        streamedManifest()[0],
        { kind: "nodes", nodes: [0, 0].map((id) => ({ id, metadata: { name: "x" } })) },
      ],
      /node 0 occurs twice/,
    ],
    [
      "fewer nodes than announced",
      [streamedManifest()[0], { kind: "end" }],
      /3 nodes and 2 links were announced/,
    ],
    ["no end", streamedManifest().slice(0, 3), /cut short/],
    ["no header", streamedManifest().slice(1), /begin with its header/],
    ["two headers", [streamedManifest()[0], streamedManifest()[0]], /two headers/],
    ["an unknown kind of line", [streamedManifest()[0], { kind: "surprise" }], /kind/],
    ["nothing", [], /begin with its header/],
  ])("with %s is refused, and nothing of it remains", async (_, lines, message) => {
    const answer = await post(toNdjson(lines));
    expect(answer.statusCode).toBe(422);
    expect(answer.json().detail).toMatch(message);
    expect(await listed()).toBe(0);
  });

  it("with a key that was used before is the dispatch of that time, whatever it holds, and asks for what that one still needs", async () => {
    const { bytes, digest } = largePayload();
    await server.listen();
    const client = server.client();
    const first = await client.register(streamedManifest({ idempotencyKey: "nightly", refers: [digest] }));
    const second = await client.register(streamedManifest({ idempotencyKey: "nightly", refers: [digest] }));
    expect(second).toEqual(first);
    expect(second.missing_assets).toEqual([digest]);
    await client.upload([{ digest, bytes }]);
    await client.start(second.metadata.dispatch_id);
    const other = await client.register(streamedManifest({ idempotencyKey: "hourly" }));
    expect(other.metadata.dispatch_id).not.toBe(first.metadata.dispatch_id);
    expect((await client.list()).metadata.total).toBe(2);
  });

  it.each([
    ["another lattice", { name: "other" }, "it runs lattice chain, and this is other"],
    ["another graph", { nodes: 900 }, "its run of chain has another graph, other inputs or other code"],
    ["other edges", { links: [[0, 2] as const] }, "its run of chain has another graph"],
    ["other inputs", { refers: [largePayload().digest] }, "its run of chain has another graph, other inputs"],
  ])("with the key of %s is refused, and nothing of it remains", async (_, different, difference) => {
    await server.listen();
    const client = server.client();
    const { metadata } = await client.register(streamedManifest({ idempotencyKey: "nightly" }));
    const reused = client.register(streamedManifest({ idempotencyKey: "nightly", ...different }));
    await expect(reused).rejects.toMatchObject({
      code: "IDEMPOTENCY_KEY_REUSED",
      message: expect.stringContaining(`"nightly" belongs to dispatch ${metadata.dispatch_id}`),
      hint: expect.stringContaining("a key of its own"),
    });
    await expect(reused).rejects.toThrow(difference);
    expect((await client.list()).metadata.total).toBe(1);
  });

  it("with the key of another one that comes at the same time is refused, whichever is faster", async () => {
    await server.listen();
    const client = server.client();
    const both = await Promise.allSettled(
      ["one", "other"].map((name) => client.register(streamedManifest({ idempotencyKey: "once", name }))),
    );
    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    const refused = both.find((each) => each.status === "rejected");
    expect(refused?.reason).toMatchObject({ code: "IDEMPOTENCY_KEY_REUSED" });
    expect((await client.list()).metadata.total).toBe(1);
  });

  it("with one key, many times at once, is one dispatch", async () => {
    await server.listen();
    const client = server.client();
    const all = await Promise.all(
      Array.from({ length: 20 }, () => client.register(streamedManifest({ idempotencyKey: "once" }))),
    );
    expect(new Set(all.map(({ metadata }) => metadata.dispatch_id)).size).toBe(1);
    expect((await client.list()).metadata.total).toBe(1);
  });

  it("whose client vanishes leaves nothing", async () => {
    const { port } = new URL(await server.listen());
    const [header, nodes] = streamedManifest();
    const socket = connect(Number(port), "127.0.0.1");
    const start = toNdjson([header, nodes]);
    socket.write(
      "POST /api/v2/dispatches HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n",
    );
    socket.write(`${Buffer.byteLength(start).toString(16)}\r\n${start}\r\n`, () => socket.destroy());
    // Another one, complete, shows that the server goes on; closing waits for what is under way.
    expect((await post(toNdjson(streamedManifest()))).statusCode).toBe(201);
    expect(await listed()).toBe(1);
    expect(server.faults).toEqual([]);
  });

  it("with content that is not what its digest says is refused", async () => {
    const [header, ...rest] = streamedManifest();
    const wrong = structuredClone(header) as { header: { assets?: unknown } };
    wrong.header.assets = { result: { digest: "0".repeat(64), content: "x" } };
    const answer = await post(toNdjson([wrong, ...rest]));
    expect(answer.json()).toMatchObject({ code: "ASSET_CORRUPT" });
    expect(await listed()).toBe(0);
  });
});

describe("the original's manifest", () => {
  it("needs no content type, and comes back with the address of every asset at the name the client used", async () => {
    const answer = await post(JSON.stringify(pythonManifest()), { host: "localhost:9000" });
    expect(answer.statusCode).toBe(201);
    const manifest = answer.json();
    const id = manifest.metadata.dispatch_id;
    const files = `http://localhost:9000/api/v0/files/${id}`;
    expect(manifest.metadata.root_dispatch_id).toBe(id);
    expect(manifest.assets.result.remote_uri).toBe(`${files}/results.tobj`);
    expect(manifest.lattice.assets.workflow_function.remote_uri).toBe(`${files}/function.tobj`);
    const [first, second] = manifest.lattice.transport_graph.nodes;
    expect(first.assets.function.remote_uri).toBe(`${files}/node_0/function.tobj`);
    expect(second).toMatchObject({
      id: 1,
      metadata: { name: "step_1", task_group_id: 1, status: "NEW_OBJECT" },
    });
    expect(manifest.lattice.transport_graph.links).toEqual(pythonManifest().lattice.transport_graph.links);
  });

  it("is read in a thread when it is large, with the same outcome", async () => {
    const answer = await post(JSON.stringify(pythonManifest(1_500)), {});
    expect(answer.statusCode).toBe(201);
    expect(answer.json().lattice.transport_graph.nodes).toHaveLength(1_500);
    const manifest = pythonManifest(100);
    manifest.lattice.transport_graph.links.push({
      source: 99,
      target: 0,
      metadata: { edge_name: "x", param_type: "arg", arg_index: 0 },
    });
    const refused = await post(JSON.stringify(manifest), {});
    expect(refused.statusCode).toBe(422);
    expect(refused.json().code).toBe("GRAPH_CYCLE");
    expect((await post(`${" ".repeat(30_000)}{`, {})).json().detail).toMatch(/not JSON/);
    expect(await listed()).toBe(1);
  });

  it("says what is wrong with it", async () => {
    const manifest = pythonManifest();
    Object.assign(manifest.lattice.transport_graph.nodes[1] ?? {}, {
      metadata: { name: 7, executor: "dask" },
    });
    const answer = await post(JSON.stringify(manifest), {});
    expect(answer.statusCode).toBe(422);
    expect(answer.json().detail).toMatch(/node 1: metadata.name/);
    expect((await post("{}", { "content-type": "text/plain" })).statusCode).toBe(422);
  });
});

describe("starting", () => {
  const start = (id: string, status = "RUNNING") =>
    server.app.inject({
      method: "PUT",
      url: `/api/v2/dispatches/${id}/status`,
      headers: { host: "localhost" },
      payload: { status },
    });

  it("is refused while assets are missing, and done once they are there, however often it is asked for", async () => {
    const { digest, bytes } = largePayload();
    const id = (await post(toNdjson(streamedManifest({ refers: [digest] })))).json().metadata.dispatch_id;
    const refused = await start(id);
    expect(refused.statusCode).toBe(409);
    expect(refused.json()).toMatchObject({ code: "ASSETS_MISSING", details: { count: 1, first: digest } });
    await server.store.put(Readable.from([bytes]));
    const answers = await Promise.all([start(id), start(id)]);
    expect(answers.map((answer) => [answer.statusCode, answer.json()])).toEqual([
      [202, id],
      [202, id],
    ]);
    expect((await start(id)).statusCode).toBe(202);
    expect(server.asked).toEqual([`start ${id}`]);
  });

  it("asks for the same when what it waits for was forgotten meanwhile", async () => {
    await using forgetful = await testServer({ limits: { awaitedDigests: 0 } });
    const { digest, bytes } = largePayload();
    await forgetful.listen();
    const client = forgetful.client();
    const { metadata } = await client.register(streamedManifest({ nodes: 500, refers: [digest] }));
    await expect(client.start(metadata.dispatch_id)).rejects.toMatchObject({
      code: "ASSETS_MISSING",
      details: { count: 1, first: digest },
    });
    await client.upload([{ digest, bytes }]);
    await client.start(metadata.dispatch_id);
    expect(forgetful.asked).toEqual([`start ${metadata.dispatch_id}`]);
  });

  it("of the original's manifest counts what was not put under its name, and looks at it page by page", async () => {
    const id = (await post(JSON.stringify(pythonManifest(1_200)), {})).json().metadata.dispatch_id;
    const refused = await countingTurns(() => start(id));
    expect(refused.result.json().details).toEqual({
      dispatchId: id,
      count: 4 + 3 * 1_200,
      first: `${id}/function.tobj`,
    });
    expect(refused.turns).toBeGreaterThan(1);
  });

  it("of a dispatch that does not exist is a 404, and cancelling is the dispatcher's", async () => {
    expect((await start("00000000-0000-4000-8000-000000000000")).json()).toMatchObject({
      code: "DISPATCH_NOT_FOUND",
    });
    const id = (await post(toNdjson(streamedManifest()))).json().metadata.dispatch_id;
    expect((await start(id, "CANCELLED")).statusCode).toBe(202);
    expect(server.asked).toEqual([`cancel ${id}`]);
  });
});
