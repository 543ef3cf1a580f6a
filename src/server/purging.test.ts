import { randomBytes } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it, onTestFinished } from "vitest";
import { digestOf, largePayload, streamedManifest } from "../../test/contract/api-manifest.ts";
import { type TestServer, testServer } from "../../test/contract/api-server.ts";
import type { ManifestLine } from "../model/manifest.ts";

const host = "localhost";

async function server(settleMs = 0): Promise<TestServer> {
  const started = await testServer({ settleMs });
  onTestFinished(() => started[Symbol.asyncDispose]());
  await started.listen();
  return started;
}

/** A dispatch that refers to payloads, all of which are there. */
async function dispatched(
  { client }: TestServer,
  payloads: readonly { digest: string; bytes: Uint8Array }[],
  nodes = 3,
): Promise<string> {
  const [one] = payloads;
  const refers = one === undefined ? [] : [one.digest];
  const { metadata } = await client().register(streamedManifest({ refers, nodes }));
  await client().upload(payloads);
  return metadata.dispatch_id;
}

const remove = ({ database }: TestServer, id: string) => database.dashboard.remove(id, Date.now());

async function purge({ app }: TestServer, ...ids: string[]) {
  const payload = ids.length > 0 ? { dispatch_ids: ids } : {};
  const url = "/api/v2/trash/purge";
  return (await app.inject({ method: "POST", url, headers: { host }, payload })).json();
}

function count({ database }: TestServer, table: string): number {
  using connection = new DatabaseSync(database.path, { readOnly: true });
  return Number(connection.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n);
}

describe("a deleted dispatch that is removed for good", () => {
  it("is gone with all its rows and bytes, and the database is smaller", async () => {
    const there = await server();
    const payload = largePayload();
    const id = await dispatched(there, [payload], 3_000);
    expect(await remove(there, id)).toBe(true);
    const listed = await there.app.inject({ url: "/api/v2/trash", headers: { host } });
    expect(listed.json()).toMatchObject({
      dispatches: [{ dispatch_id: id, name: "chain", electron_num: 3_000 }],
    });
    const purged = await purge(there, id);
    expect(purged).toMatchObject({ dispatches: 1, postponed: 0 });
    expect(purged.freed_bytes).toBeGreaterThan(40_000 + 200_000);
    for (const table of ["lattices", "electrons", "electron_dependency", "jobs", "assets", "electron_assets"])
      expect([table, count(there, table)]).toEqual([table, 0]);
    expect(await there.store.has(payload.digest)).toBe(false);
    expect(await there.database.dashboard.restore(id, Date.now())).toBe(false);
    expect((await purge(there, id)).code).toBe("DISPATCH_NOT_FOUND");
  });

  it("leaves a file as it is of which little is free: writing goes on", async () => {
    const there = await server();
    await dispatched(there, [], 6_000);
    const id = await dispatched(there, [], 150);
    await remove(there, id);
    await purge(there, id);
    using connection = new DatabaseSync(there.database.path, { readOnly: true });
    expect(connection.prepare("PRAGMA freelist_count").get()?.freelist_count).toBeGreaterThan(0);
  });

  it("has to be deleted first", async () => {
    const there = await server();
    const id = await dispatched(there, []);
    expect((await purge(there, id)).code).toBe("PURGE_NOT_DELETED");
    expect((await there.client().summary(id)).name).toBe("chain");
  });

  it("is one of all deleted ones when none is named; others stay as they are", async () => {
    const there = await server();
    const [kept, ...others] = [largePayload(), largePayload(), largePayload()];
    const id = await dispatched(there, [kept]);
    for (const other of others) await remove(there, await dispatched(there, [other]));
    expect(await purge(there)).toMatchObject({ dispatches: 2, assets: 4, files: 2 });
    expect((await there.client().nodes(id)).nodes).toHaveLength(3);
    expect(await there.client().asset(kept.digest)).toEqual(Buffer.from(kept.bytes));
    expect(await there.client().dispatchAsset(id, "inputs")).toMatchObject({ content: "the inputs" });
  });

  it("leaves the bytes that another dispatch has, too", async () => {
    const there = await server();
    const payload = largePayload();
    const [id, other] = [await dispatched(there, [payload]), await dispatched(there, [payload])];
    await remove(there, id);
    await purge(there, id);
    expect(await there.client().asset(payload.digest)).toEqual(Buffer.from(payload.bytes));
    await remove(there, other);
    await purge(there, other);
    expect(await there.store.has(payload.digest)).toBe(false);
  });

  it("leaves the bytes that templates of others refer to, through other templates, large and small", async () => {
    const there = await server();
    const payload = largePayload();
    const small = "a value that lives in the database";
    const inner = JSON.stringify({ list: [reference(payload.digest), reference(digestOf(small))] });
    const id = await dispatched(there, [payload]);
    const owner = await registered(there, { value: { codec: "text", content: small } });
    const middle = await registered(there, { value: { codec: "template", content: inner } });
    const outer = JSON.stringify({ template: digestOf(inner), size: inner.length });
    const last = await registered(there, { value: { codec: "template", content: outer } });
    for (const each of [id, owner, middle]) await remove(there, each);
    expect(await purge(there)).toMatchObject({ dispatches: 3 });
    expect(await there.client().asset(payload.digest)).toEqual(Buffer.from(payload.bytes));
    expect((await there.client().asset(digestOf(small))).toString()).toBe(small);
    expect((await there.client().asset(digestOf(inner))).toString()).toBe(inner);
    await remove(there, last);
    await purge(there);
    expect([await there.store.has(payload.digest), count(there, "assets")]).toEqual([false, 0]);
  });

  it("leaves the bytes that somebody has just asked about, and takes them later", async () => {
    const there = await server(60_000);
    const payload = largePayload();
    const id = await dispatched(there, [payload]);
    await remove(there, id);
    expect(await purge(there, id)).toMatchObject({ dispatches: 1, postponed: 1 });
    expect(await there.store.has(payload.digest)).toBe(true);
  });

  it("takes away what an import left behind that failed", async () => {
    const there = await server();
    const bytes = randomBytes(40_000);
    await there.client().upload([{ digest: digestOf(bytes), bytes }]);
    expect(await purge(there)).toMatchObject({ dispatches: 0, assets: 0, files: 1 });
    expect(await there.store.has(digestOf(bytes))).toBe(false);
  });

  it("goes while others are registered that have the same values, and these lack nothing", async () => {
    const there = await server();
    const payload = largePayload();
    for (let round = 0; round < 10; round++) {
      const id = await dispatched(there, [payload]);
      await remove(there, id);
      const [{ metadata, missing_assets: missing }] = await Promise.all([
        there.client().register(streamedManifest({ refers: [payload.digest] })),
        purge(there, id),
      ]);
      if (missing.length > 0) await there.client().upload([payload]);
      await there.client().start(metadata.dispatch_id);
      expect(await there.client().asset(payload.digest)).toEqual(Buffer.from(payload.bytes));
      await remove(there, metadata.dispatch_id);
    }
    expect(there.faults).toEqual([]);
  });
});

function reference(digest: string) {
  return { ref: digest, size: 1 };
}

/** A dispatch whose only node has such assets. */
async function registered(
  { client }: TestServer,
  assets: Readonly<Record<string, { readonly codec: "text" | "template"; readonly content: string }>>,
): Promise<string> {
  const lines = streamedManifest({ nodes: 1 }).map(
    (line): ManifestLine =>
      line.kind === "nodes" ? { ...line, nodes: line.nodes.map((node) => ({ ...node, assets })) } : line,
  );
  return (await client().register(lines)).metadata.dispatch_id;
}
