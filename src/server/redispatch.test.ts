import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { digestOf, pythonAsset, pythonManifest, toNdjson } from "../../test/contract/api-manifest.ts";
import { type TestServer, testServer } from "../../test/contract/api-server.ts";
import { countingTurns } from "../../test/contract/api-turns.ts";
import { Dispatcher } from "../dispatcher/dispatcher.ts";
import { RecordingExecutor } from "../dispatcher/recording-executor.test-support.ts";
import { isTerminal } from "../model/status.ts";
import { createSubDispatches } from "./registration/sub-dispatches.ts";

/** Dispatches that repeat others, with a dispatcher that works and an executor in whose place the test acts. */
let server: TestServer;
let executor: RecordingExecutor;
beforeEach(async () => {
  executor = new RecordingExecutor();
  server = await testServer({
    dispatcher: ({ database, store, logger }) =>
      new Dispatcher({
        journal: database.journal,
        store,
        executors: new Map([["local", executor]]),
        subDispatches: createSubDispatches({ dispatches: database.dispatches, store }),
        logger,
      }),
  });
});
afterEach(async () => {
  expect(server.faults).toEqual([]);
  await server[Symbol.asyncDispose]();
});

const unknown = "0123456789abcdef0123456789abcdef";

async function ask(method: "GET" | "POST" | "PUT", url: string, payload?: string | object, type?: string) {
  const headers = { host: "localhost", ...(type && { "content-type": type }) };
  const body = payload === undefined ? {} : { payload };
  const answer = await server.app.inject({ method, url: `/api/v2/dispatches${url}`, headers, ...body });
  return { status: answer.statusCode, body: answer.json() };
}

interface Step {
  readonly name: string;
  readonly code?: string;
  readonly status?: "PENDING_REPLACEMENT";
}

/** A parameter, then functions that build on one another, then what the lattice returns. */
function manifest(value: string, steps: readonly (string | Step)[], key?: string): string {
  const nodes = [
    { id: 0, metadata: { name: ":parameter:", type: "parameter" }, assets: { value: text(value) } },
    ...steps.map((step, index) => {
      const { name, code = name, status = "NEW_OBJECT" } = typeof step === "string" ? { name: step } : step;
      const electron = { electron: `m.ts#${name}`, code_digest: digestOf(code) };
      return { id: index + 1, metadata: { name, type: "function", status, ...electron }, assets: {} };
    }),
    { id: steps.length + 1, metadata: { name: ":postprocess:reconstruct", type: "reconstruct" } },
  ];
  const links = nodes.slice(1).map(({ id }) => ({
    source: id - 1,
    target: id,
    metadata: { edge_name: "x", param_type: "arg", arg_index: 0 },
  }));
  const metadata = { name: "chain", executor: "local", workflow_executor: "local", language: "typescript" };
  const lattice = { metadata: { ...metadata, bundle: BUNDLE }, assets: { inputs: text(value) } };
  const header = { metadata: { idempotency_key: key }, lattice };
  return toNdjson([
    {
      kind: "header",
      node_count: nodes.length,
      link_count: links.length,
      header,
      node_defaults: { executor: "local" },
    },
    { kind: "nodes", nodes },
    { kind: "links", links },
    { kind: "end" },
  ]);
}

const BUNDLE = digestOf("bundle");
const text = (content: string) => ({
  content,
  size: content.length,
  codec: "value",
  digest: digestOf(content),
});
const NDJSON = "application/x-ndjson";

/** A chain of a, b and c that ran until one of them failed, or to its end. */
async function ran(failing?: string): Promise<string> {
  await server.store.put(bytesOf("bundle"), BUNDLE);
  const { body } = await ask("POST", "", manifest("1", ["a", "b", "c"]), NDJSON);
  const id = body.metadata.dispatch_id;
  await ask("PUT", `/${id}/status`, { status: "RUNNING" });
  for (const name of ["a", "b", "c"]) {
    await expect.poll(() => executor.names).toContain(name);
    await executor.place(name);
    if (name === failing) await executor.fail(name);
    else await executor.complete(name);
    if (name === failing) break;
  }
  await ended(id);
  executor.submitted.length = 0;
  return id;
}

async function* bytesOf(content: string) {
  yield Buffer.from(content);
}

async function ended(id: string): Promise<string> {
  await expect
    .poll(async () => isTerminal((await ask("GET", `/${id}/summary`)).body.status), { timeout: 5_000 })
    .toBe(true);
  return (await ask("GET", `/${id}/summary`)).body.status;
}

async function statuses(id: string): Promise<string[]> {
  const { body } = await ask("GET", `/${id}/nodes`);
  return body.nodes.map((node: { status: string }) => node.status);
}

/** Registers a redispatch. */
async function again(id: string, query = "", payload?: string) {
  const { status, body } = await ask("POST", `/${id}/redispatches${query}`, payload, payload && NDJSON);
  expect([status, body.code]).toEqual([201, undefined]);
  return { id: body.metadata.dispatch_id as string, reused: body.reused, missing: body.missing_assets };
}

async function runToEnd(id: string): Promise<string> {
  await ask("PUT", `/${id}/status`, { status: "RUNNING" });
  for (let done = 0; !isTerminal((await ask("GET", `/${id}/summary`)).body.status); ) {
    const next = executor.names[done];
    if (next === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
    else {
      await executor.run(next);
      done++;
    }
  }
  return ended(id);
}

const REUSE = "?reuse_previous_results=true";

describe("a redispatch without a manifest", () => {
  it("runs the same once more, under an id of its own that names the first", async () => {
    const first = await ran();
    const before = (await ask("GET", `/${first}`)).body;
    const { id, reused } = await again(first);
    expect(reused).toBe(0);
    expect(await statuses(id)).toEqual(Array(5).fill("NEW_OBJECT"));
    expect(await runToEnd(id)).toBe("COMPLETED");
    expect(executor.names).toEqual(["a", "b", "c"]);
    expect((await ask("GET", `/${id}/summary`)).body).toMatchObject({ redispatch_of: first, name: "chain" });
    const after = (await ask("GET", `/${first}`)).body;
    after.metadata.sequence = before.metadata.sequence;
    expect(after).toEqual(before);
    const mine = (await ask("GET", `/${id}`)).body;
    expect(mine.metadata).toMatchObject({ root_dispatch_id: id, redispatch_of: first });
    expect(mine.lattice.metadata).toEqual(before.lattice.metadata);
    expect(mine.lattice.transport_graph.links).toEqual(before.lattice.transport_graph.links);
    expect(mine.lattice.assets.inputs.digest).toBe(before.lattice.assets.inputs.digest);
  });

  it("keeps what has completed, and runs the rest", async () => {
    const first = await ran("b");
    const { id, reused, missing } = await again(first, REUSE);
    expect([reused, missing]).toEqual([1, []]);
    expect(await statuses(id)).toEqual([
      "NEW_OBJECT",
      "PENDING_REUSE",
      "NEW_OBJECT",
      "NEW_OBJECT",
      "NEW_OBJECT",
    ]);
    expect(await runToEnd(id)).toBe("COMPLETED");
    expect(executor.names).toEqual(["b", "c"]);
    expect(executor.submitted[0]?.args).toEqual([{ ref: "digest of a", size: 1 }]);
    const { body } = await ask("GET", `/${id}/electrons/1/assets/output`);
    expect(body).toMatchObject({ content: "a", digest: "digest of a" });
    expect((await ask("GET", `/${id}/nodes/1/attempts`)).body.attempts).toEqual([]);
    expect((await ask("GET", `/${id}/summary`)).body.completed_electron_num).toBe(5);
    expect(await statuses(first)).toEqual(["COMPLETED", "COMPLETED", "FAILED", "CANCELLED", "CANCELLED"]);
  });

  it("of what has completed as a whole runs nothing, and has its result", async () => {
    const first = await ran();
    const { id, reused } = await again(first, REUSE);
    expect(reused).toBe(3);
    expect(await runToEnd(id)).toBe("COMPLETED");
    expect(executor.names).toEqual([]);
    expect((await ask("GET", `/${id}/assets/result`)).body).toMatchObject({ content: "c" });
    // And so once more, from the one that took everything over.
    const third = await again(id, REUSE);
    expect(third.reused).toBe(3);
    expect(await runToEnd(third.id)).toBe("COMPLETED");
  });

  it("from one node on runs that node and what builds on it, and keeps the rest", async () => {
    const first = await ran();
    const { id, reused } = await again(first, "?from_node=2");
    expect(reused).toBe(1);
    expect(await statuses(id)).toEqual([
      "NEW_OBJECT",
      "PENDING_REUSE",
      "NEW_OBJECT",
      "NEW_OBJECT",
      "NEW_OBJECT",
    ]);
    expect((await ask("GET", `/${id}/electrons/2/assets/output`)).body).toEqual(
      expect.not.objectContaining({ digest: expect.anything() }),
    );
    expect(await runToEnd(id)).toBe("COMPLETED");
    expect(executor.names).toEqual(["b", "c"]);
    expect(await statuses(first)).toEqual(Array(5).fill("COMPLETED"));
    expect((await ask("GET", `/${first}/electrons/2/assets/output`)).body.content).toBe("b");
  });

  it("from a node that there is not, or with another graph, is refused", async () => {
    const first = await ran();
    const { status, body } = await ask("POST", `/${first}/redispatches?from_node=5`);
    expect([status, body.code]).toEqual([404, "NODE_NOT_FOUND"]);
    const other = await ask(
      "POST",
      `/${first}/redispatches?from_node=1`,
      manifest("1", ["a", "b", "c"]),
      NDJSON,
    );
    expect([other.status, other.body.code]).toEqual([422, "INVALID_ARGUMENT"]);
  });

  it("happens once for an idempotency key", async () => {
    const first = await ran();
    const all = await Promise.all([1, 2, 3].map(() => again(first, "?idempotency_key=k&priority=4")));
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    expect((await ask("GET", "?count=50")).body.metadata.total).toBe(2);
    // What the slower ones had stored is gone, what they shared is not.
    expect((await ask("GET", `/${first}/electrons/0/assets/value`)).body.content).toBe("1");
    expect((await ask("GET", `/${first}/electrons/1/assets/output`)).body.content).toBe("a");
    expect((await ask("GET", `/${all[0]?.id}/header`)).body.lattice.metadata.priority).toBe(4);
  });

  it.each([
    ["", undefined],
    ["with a manifest", manifest("1", ["a"], "k")],
  ])("%s with the key of another request is refused", async (_, body) => {
    const [first, second] = [await ran(), await ran()];
    const query = "?idempotency_key=k";
    const { id } = await again(first, query, body);
    expect((await again(first, query, body)).id).toBe(id);
    const ofAnother = await ask("POST", `/${second}/redispatches${query}`, body, body && NDJSON);
    expect([ofAnother.status, ofAnother.body.code]).toEqual([409, "IDEMPOTENCY_KEY_REUSED"]);
    expect(ofAnother.body.detail).toContain(
      `it repeats dispatch ${first}, and this repeats dispatch ${second}`,
    );
    const ofNone = await ask("POST", "", manifest("1", ["a"], "k"), NDJSON);
    expect(ofNone.body.detail).toContain(`dispatch ${id}, which is another one`);
    expect(ofNone.body.detail).toContain("and this repeats none");
  });

  it("takes nothing over from a dispatch that has not ended; without reuse it does not matter", async () => {
    await server.store.put(bytesOf("bundle"), BUNDLE);
    const { body } = await ask("POST", "", manifest("1", ["a"]), NDJSON);
    const first = body.metadata.dispatch_id;
    const refused = await ask("POST", `/${first}/redispatches${REUSE}`);
    expect([refused.status, refused.body.code, refused.body.details.status]).toEqual([
      409,
      "DISPATCH_NOT_ENDED",
      "NEW_OBJECT",
    ]);
    const { id } = await again(first);
    expect(await runToEnd(id)).toBe("COMPLETED");
    expect(await statuses(first)).toEqual(["NEW_OBJECT", "NEW_OBJECT", "NEW_OBJECT"]);
  });

  it("of nothing is refused", async () => {
    expect((await ask("POST", `/${unknown}/redispatches`)).body.code).toBe("DISPATCH_NOT_FOUND");
  });
});

describe("a redispatch with a manifest", () => {
  it.each<[what: string, value: string, steps: readonly (string | Step)[], runs: string[]]>([
    ["the same graph", "1", ["a", "b", "c"], []],
    ["another step at the end", "1", ["a", "b", "c", "d"], ["d"]],
    ["other code", "1", ["a", { name: "b", code: "edited" }, "c"], ["b", "c"]],
    ["another input", "2", ["a", "b", "c"], ["a", "b", "c"]],
    [
      "a replacement that looks the same",
      "1",
      ["a", { name: "b", status: "PENDING_REPLACEMENT" }, "c"],
      ["b", "c"],
    ],
  ])("runs what %s makes necessary", async (_, value, steps, runs) => {
    const first = await ran();
    const { id, reused } = await again(first, REUSE, manifest(value, steps));
    expect(reused).toBe(steps.length - runs.length);
    expect(await runToEnd(id)).toBe("COMPLETED");
    expect(executor.names).toEqual(runs);
    expect((await ask("GET", `/${id}/summary`)).body.redispatch_of).toBe(first);
  });

  it("runs everything when nothing is to be reused", async () => {
    const first = await ran();
    const { id } = await again(
      first,
      "",
      manifest("1", ["a", { name: "b", status: "PENDING_REPLACEMENT" }, "c"]),
    );
    expect(await statuses(id)).toEqual(Array(5).fill("NEW_OBJECT"));
    expect(await runToEnd(id)).toBe("COMPLETED");
    expect(executor.names).toEqual(["a", "b", "c"]);
  });

  it("leaves nothing of one that is invalid, and the first one as it was", async () => {
    const first = await ran();
    const cut = manifest("1", ["a", "b", "c"]).split("\n").slice(0, 2).join("\n");
    const { body } = await ask("POST", `/${first}/redispatches${REUSE}`, cut, NDJSON);
    expect(body.code).toBe("INVALID_MANIFEST");
    expect((await ask("GET", "?count=50")).body.metadata.total).toBe(1);
    expect(await statuses(first)).toEqual(Array(5).fill("COMPLETED"));
    const python = await ask("POST", `/${first}/redispatches`, JSON.stringify(pythonManifest()));
    expect(python.body.detail).toMatch(/written in typescript, not python/);
  });
});

describe("large graphs", () => {
  const steps = Array.from({ length: 3_000 }, (_, index) => ({ name: `s${index}`, code: "s" }));

  it("are copied and compared while others are answered", async () => {
    await server.store.put(bytesOf("bundle"), BUNDLE);
    const registered = await ask("POST", "", manifest("1", steps), NDJSON);
    const first = registered.body.metadata.dispatch_id;
    await ask("PUT", `/${first}/status`, { status: "RUNNING" });
    await expect.poll(() => executor.names).toContain("s0");
    await executor.run("s0");
    await expect.poll(() => executor.names).toContain("s1");
    await executor.fail("s1");
    await ended(first);
    const { result: same, turns } = await countingTurns(() => again(first, REUSE));
    expect(turns).toBeGreaterThan(10);
    const body = manifest("1", steps);
    const { result: other, turns: more } = await countingTurns(() => again(first, REUSE, body));
    expect(more).toBeGreaterThan(20);
    expect([same.reused, other.reused]).toEqual([1, 1]);
    const links = (await ask("GET", `/${same.id}/links?offset=2900`)).body.links;
    expect(links).toEqual((await ask("GET", `/${first}/links?offset=2900`)).body.links);
    expect((await ask("GET", `/${same.id}/summary`)).body.electron_num).toBe(3_002);
  });
});

describe("as the original's clients ask for it", () => {
  async function pythonRun() {
    const posted = pythonManifest(3);
    const { body } = await ask("POST", "", JSON.stringify(posted));
    const id = body.metadata.dispatch_id;
    for (const { path, size } of uploads(body)) {
      const payload = pythonAsset(size).bytes;
      await server.app.inject({ method: "PUT", url: path, headers: { host: "localhost" }, payload });
    }
    await ask("PUT", `/${id}/status`, { status: "RUNNING" });
    await ended(id);
    return { posted, id };
  }

  it("everything that is the same has no address, and is there", async () => {
    const { posted, id } = await pythonRun();
    const nodes = posted.lattice.transport_graph.nodes;
    Object.assign(nodes[1]?.metadata ?? {}, { status: "PENDING_REPLACEMENT" });
    const { status, body } = await ask("POST", `/${id}/redispatches${REUSE}`, JSON.stringify(posted));
    expect(status).toBe(201);
    const [known, replaced, behind] = body.lattice.transport_graph.nodes;
    expect(known.assets.function).toMatchObject({ remote_uri: "", size: 100 });
    expect(replaced.metadata.status).toBe("NEW_OBJECT");
    expect(new URL(replaced.assets.function.remote_uri).pathname).toContain("node_1/function.tobj");
    // The same as the one before it, which is asked for once.
    expect(behind.assets.function.remote_uri).toBe("");
    expect(body.lattice.assets.workflow_function.remote_uri).toBe("");
    const again = body.metadata.dispatch_id;
    const early = await ask("PUT", `/${again}/status`, { status: "RUNNING" });
    expect([early.body.code, early.body.details.count]).toEqual(["ASSETS_MISSING", 6]);
    for (const { path, size } of uploads(body)) {
      const payload = pythonAsset(size).bytes;
      await server.app.inject({ method: "PUT", url: path, headers: { host: "localhost" }, payload });
    }
    expect((await ask("PUT", `/${again}/status`, { status: "RUNNING" })).status).toBe(202);
    await ended(again);
  });
});

/** Where the bytes of each asset of a manifest are wanted, and how many there are. */
function* uploads(value: unknown): Generator<{ readonly path: string; readonly size: number }> {
  if (typeof value !== "object" || value === null) return;
  if ("remote_uri" in value && "size" in value) {
    if (Number(value.size) > 0 && value.remote_uri !== "")
      yield { path: new URL(String(value.remote_uri)).pathname, size: Number(value.size) };
  } else for (const item of Object.values(value)) yield* uploads(item);
}
