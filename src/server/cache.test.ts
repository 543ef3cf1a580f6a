import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TestServer, testServer } from "../../test/contract/api-server.ts";
import { node, register } from "../../test/contract/journal-manifest.ts";
import type { Client } from "../client/client.ts";
import { serialize } from "../serialization/serialize.ts";

let server: TestServer;
let client: Client;
beforeEach(async () => {
  server = await testServer();
  await server.listen();
  client = server.client();
});
afterEach(() => server[Symbol.asyncDispose]());

const CODE = "c".repeat(64);

/** A dispatch whose only node has completed, and whose result is cached under a key. */
async function cached(name: string, key: string): Promise<string> {
  const { database } = server;
  const nodes = [node(0, { name, electron: "m.ts#f", code_digest: CODE, options: { cache: {} } })];
  const id = await register(database, { nodes });
  await database.journal.claimStart(id, 1);
  const stored = await database.journal.load(id);
  const row = stored?.nodes[0]?.row ?? -1;
  const dispatch = stored?.row ?? -1;
  const of = { dispatch, dispatchId: id, node: row, nodeId: 0 };
  const { bytes, digest, size } = serialize(name);
  const known = { codeDigest: CODE, inputsDigest: "in", version: "" };
  const output = { digest, size, codec: "value", inline: bytes } as const;
  const cache = { key, ...known, hit: null };
  await database.journal.commit([
    { kind: "node-status", ...of, status: "COMPLETED", at: 5, output, cache },
    { kind: "result-cached", ...of, entry: { key, name, ...known, at: 5, expiresAt: null } },
  ]);
  return id;
}

describe("the cache", () => {
  it("is listed newest first, by name, and forgotten", async () => {
    const fit = await cached("fit", "a");
    await cached("plot", "b");
    expect((await client.cache.list()).metadata).toEqual({ count: 2, total: 2 });
    const { entries } = await client.cache.list({ name: "fit" });
    expect(entries).toMatchObject([
      { name: "fit", dispatch_id: fit, node_id: 0, expires_at: null, key: "a" },
    ]);
    expect(await client.cache.clear("fit")).toEqual({ forgotten: 1 });
    expect((await client.cache.list()).entries.map(({ name }) => name)).toEqual(["plot"]);
    expect(await client.cache.clear()).toEqual({ forgotten: 1 });
    expect((await client.summary(fit)).completed_electron_num).toBe(1);
  });

  it("explains a node, and refuses one that is not there", async () => {
    const first = await cached("fit", "a");
    const second = await cached("fit", "b");
    expect(await client.cache.explain(second, 0)).toMatchObject({
      outcome: "miss",
      nearest: { dispatch_id: first, key: "a" },
    });
    await expect(client.cache.explain(first, 7)).rejects.toMatchObject({ code: "NODE_NOT_FOUND" });
  });
});
