import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { streamedManifest, toNdjson } from "../../test/contract/api-manifest.ts";
import { type TestServer, testServer } from "../../test/contract/api-server.ts";
import { countingTurns } from "../../test/contract/api-turns.ts";

let server: TestServer;
beforeEach(async () => {
  server = await testServer();
});
afterEach(() => server[Symbol.asyncDispose]());

const unknown = "00000000-0000-4000-8000-000000000000";

async function get(url: string) {
  const answer = await server.app.inject({ url, headers: { host: "localhost" } });
  return { status: answer.statusCode, body: answer.json() };
}

async function registered(options: Parameters<typeof streamedManifest>[0] = {}): Promise<string> {
  const answer = await server.app.inject({
    method: "POST",
    url: "/api/v2/dispatches",
    headers: { host: "localhost", "content-type": "application/x-ndjson" },
    payload: toNdjson(streamedManifest(options)),
  });
  return answer.json().metadata.dispatch_id;
}

describe("the list", () => {
  it("has the original's shape, newest first, and oldest first when asked", async () => {
    const ids: string[] = [];
    for (const name of ["a", "b", "c"]) ids.push(await registered({ name }));
    const list = async (query: string) => (await get(`/api/v2/dispatches?${query}`)).body;
    const names = async (query: string) =>
      (await list(query)).dispatches.map((item: { name: string }) => item.name);
    expect(await names("")).toEqual(["c", "b", "a"]);
    expect(await names("latest=false")).toEqual(["a", "b", "c"]);
    expect(await names("latest=false&offset=2&count=2")).toEqual(["c"]);
    expect(await names("offset=1&count=1")).toEqual(["b"]);
    expect(await names(`dispatch_id=${ids[0]}&dispatch_id=${ids[2]}`)).toEqual(["c", "a"]);
    expect(await names("status=RUNNING&status=FAILED")).toEqual([]);
    expect(await list(`dispatch_id=${ids[1]}&status_only=true`)).toEqual({
      dispatches: [{ dispatch_id: ids[1], status: "NEW_OBJECT" }],
      metadata: { count: 1, total: 1 },
    });
    expect((await list("count=1")).dispatches[0]).toMatchObject({
      dispatch_id: ids[2],
      root_dispatch_id: ids[2],
      electron_num: 3,
      completed_electron_num: 0,
      completed_at: null,
    });
  });

  it.each(["count=-1", "count=x", "offset=1e99", "latest=maybe", "status=BOGUS"])(
    "refuses %s",
    async (query) => {
      expect((await get(`/api/v2/dispatches?${query}`)).status).toBe(422);
    },
  );
});

describe("one dispatch", () => {
  it("comes whole, with every node and link, and the number it is true at", async () => {
    const id = await registered({ nodes: 1_200 });
    const { status, body } = await get(`/api/v2/dispatches/${id}`);
    expect(status).toBe(200);
    expect(body.metadata).toMatchObject({
      dispatch_id: id,
      status: "NEW_OBJECT",
      sequence: expect.any(Number),
    });
    expect(body.lattice.metadata).toMatchObject({ name: "chain", language: "typescript" });
    const { nodes, links } = body.lattice.transport_graph;
    expect(nodes.map((node: { id: number }) => node.id)).toEqual(
      Array.from({ length: 1_200 }, (_, index) => index),
    );
    expect(links).toHaveLength(1_199);
    expect(Object.keys(nodes[0].assets)).toEqual(
      expect.arrayContaining([
        "function",
        "function_string",
        "value",
        "output",
        "error",
        "stdout",
        "stderr",
        "hooks",
      ]),
    );
  });

  it("is read in small pages, between which others are served", async () => {
    const id = await registered({ nodes: 2_000 });
    const { result, turns } = await countingTurns(() => get(`/api/v2/dispatches/${id}`));
    expect(result.body.lattice.transport_graph.nodes).toHaveLength(2_000);
    expect(turns).toBeGreaterThan(15);
  });

  it("comes in parts", async () => {
    const id = await registered({ nodes: 5 });
    expect((await get(`/api/v2/dispatches/${id}/summary`)).body).toMatchObject({
      dispatch_id: id,
      name: "chain",
    });
    expect((await get(`/api/v2/dispatches/${id}/header`)).body.lattice.metadata.name).toBe("chain");
    const page = (await get(`/api/v2/dispatches/${id}/nodes?after=1&limit=2`)).body;
    expect(page).toMatchObject({
      nodes: [{ id: 2, name: "task 2", type: "function", start_time: null }, { id: 3 }],
      next: 3,
    });
    expect((await get(`/api/v2/dispatches/${id}/nodes?after=3`)).body).toMatchObject({
      nodes: [{ id: 4 }],
      next: null,
    });
    expect((await get(`/api/v2/dispatches/${id}/links?offset=3`)).body).toMatchObject({
      links: [{ source: 3, target: 4 }],
      next: null,
    });
    expect((await get(`/api/v2/dispatches/${id}/nodes/2/attempts`)).body).toEqual({ attempts: [] });
    expect((await get(`/api/v2/dispatches/${id}/assets/inputs`)).body).toMatchObject({
      codec: "text",
      content: "the inputs",
    });
    expect((await get(`/api/v2/dispatches/${id}/electrons/0/assets/output`)).body).toMatchObject({ size: 0 });
  });

  it("that does not exist is told in the original's words, and in ours on our routes", async () => {
    const { status, body } = await get(`/api/v2/dispatches/${unknown}`);
    expect([status, body.message]).toEqual([404, `The requested dispatch ID ${unknown} was not found.`]);
    for (const part of [
      "summary",
      "header",
      "nodes",
      "links",
      "nodes/0/attempts",
      "assets/result",
      "electrons/0/assets/output",
    ]) {
      const answer = await get(`/api/v2/dispatches/${unknown}/${part}`);
      expect([answer.status, answer.body.code], part).toEqual([404, "DISPATCH_NOT_FOUND"]);
    }
    const id = await registered();
    expect((await get(`/api/v2/dispatches/${id}/nodes/9/attempts`)).body.code).toBe("NODE_NOT_FOUND");
  });
});

it("whoever says that a job has ended is heard, and changes nothing", async () => {
  const headers = { host: "localhost", "content-type": "application/json" };
  const ask = (id: string, payload = '{"status":"COMPLETED"}') =>
    server.app.inject({
      method: "PUT",
      url: `/api/v2/dispatches/${id}/electrons/0/job`,
      headers,
      payload,
    });
  const id = await registered();
  const answer = await ask(id);
  expect([answer.statusCode, answer.json()]).toEqual([200, expect.stringMatching(/changes nothing$/)]);
  const { nodes } = (await server.app.inject({ url: `/api/v2/dispatches/${id}/nodes`, headers })).json();
  expect(nodes[0].status).toBe("NEW_OBJECT");
  expect((await ask(id, "[]")).statusCode).toBe(422);
  expect((await ask(id, "{")).statusCode).toBe(400);
  expect((await ask(unknown)).json().code).toBe("DISPATCH_NOT_FOUND");
});
