import { execFileSync } from "node:child_process";
import { hash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, it, onTestFinished } from "vitest";
import { largePayload, streamedManifest } from "../../../test/contract/api-manifest.ts";
import { type TestServer, testServer } from "../../../test/contract/api-server.ts";
import { TAR_END, tarHeader, tarPadding } from "./tar.ts";

const host = "localhost";

async function startedServer(): Promise<TestServer> {
  const server = await testServer();
  onTestFinished(() => server[Symbol.asyncDispose]());
  await server.listen();
  return server;
}

/** A dispatch with a large value, that has ended. */
async function endedDispatch(server: TestServer, nodes = 3): Promise<{ id: string; bytes: Uint8Array }> {
  const { digest, bytes } = largePayload();
  const client = server.client();
  const { metadata } = await client.register(streamedManifest({ name: "exported", nodes, refers: [digest] }));
  await client.upload([{ digest, bytes }]);
  await server.database.journal.cancelUnstarted(metadata.dispatch_id, Date.now(), "for the test");
  return { id: metadata.dispatch_id, bytes };
}

async function exported(server: TestServer, id: string): Promise<Buffer> {
  const answer = await server.app.inject({ url: `/api/v2/dispatches/${id}/archive`, headers: { host } });
  expect(answer.statusCode).toBe(200);
  return answer.rawPayload;
}

function imported(server: TestServer, payload: Uint8Array) {
  const headers = { host, "content-type": "application/gzip" };
  return server.app.inject({
    method: "POST",
    url: "/api/v2/archives",
    headers,
    payload: Buffer.from(payload),
  });
}

/** All that routes tell of a dispatch, but for what changes with the server. */
async function told(server: TestServer, id: string): Promise<unknown> {
  const get = async (path: string) =>
    (await server.app.inject({ url: `/api/v2/dispatches/${id}${path}`, headers: { host } })).json();
  const { sequence: _a, ...summary } = await get("/summary");
  const { metadata, ...header } = await get("/header");
  const { sequence: _b, ...graph } = await get("/graph");
  return { summary, header, metadata: { ...metadata, sequence: 0 }, graph };
}

/** What there is of a database: rows by table. */
function rowCounts({ database }: TestServer): Record<string, number> {
  using connection = new DatabaseSync(database.path, { readOnly: true });
  const count = (table: string) => Number(connection.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n);
  const tables = ["lattices", "electrons", "electron_dependency", "jobs", "assets", "attempts", "bundles"];
  return Object.fromEntries(tables.map((table) => [table, count(table)]));
}

/** An archive of one's own making. */
function archive(
  files: readonly (readonly [name: string, content: string | Uint8Array])[],
  end = true,
): Buffer {
  const parts = files.flatMap(([name, given]) => {
    const content = Buffer.from(given as string);
    return [tarHeader(name, content.length), content, tarPadding(content.length)];
  });
  return gzipSync(Buffer.concat([...parts, ...(end ? [TAR_END] : [])]));
}

/** The files of an archive, to be changed. */
function filesOf(bytes: Buffer): [string, Buffer][] {
  const tar = gunzipSync(bytes);
  const files: [string, Buffer][] = [];
  for (let at = 0; tar[at] !== 0; ) {
    const name = tar.toString("latin1", at, tar.indexOf(0, at));
    const size = Number.parseInt(tar.toString("latin1", at + 124, at + 135), 8);
    files.push([name, tar.subarray(at + 512, at + 512 + size)]);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}

describe("a dispatch that is exported", () => {
  it("is on another server as it was: graph, values, times and reasons", async () => {
    const [here, there] = [await startedServer(), await startedServer()];
    const { id, bytes } = await endedDispatch(here);
    const answer = await imported(there, await exported(here, id));
    expect(answer.json()).toEqual({
      dispatch_id: id,
      name: "exported",
      imported: true,
      dispatches: 1,
      nodes: 3,
      assets: 1,
    });
    expect(answer.statusCode).toBe(201);
    expect(await told(there, id)).toEqual(await told(here, id));
    const value = await there.client().nodeAsset(id, 0, "value");
    expect(await there.client().asset(value?.digest ?? "")).toEqual(Buffer.from(bytes));
    expect(await there.client().dispatchAsset(id, "inputs")).toMatchObject({ content: "the inputs" });
  });

  it("is left as it is when it is imported a second time", async () => {
    const server = await startedServer();
    const { id } = await endedDispatch(server);
    const before = rowCounts(server);
    const answer = await imported(server, await exported(server, id));
    expect([answer.statusCode, answer.json()]).toMatchObject([200, { dispatch_id: id, imported: false }]);
    expect(rowCounts(server)).toEqual(before);
  });

  it("has not to be deleted where it is imported", async () => {
    const server = await startedServer();
    const { id } = await endedDispatch(server);
    const file = await exported(server, id);
    await server.database.dashboard.remove(id, Date.now());
    expect((await imported(server, file)).json()).toMatchObject({
      code: "ARCHIVE_CONFLICT",
      detail: expect.stringContaining("deleted"),
      hint: expect.stringContaining("covalent purge"),
    });
  });

  it("is a file that any tar reads", async () => {
    const server = await startedServer();
    const { id } = await endedDispatch(server);
    const directory = mkdtempSync(join(tmpdir(), "covalent-archive-"));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const file = join(directory, "a.tar.gz");
    writeFileSync(file, await exported(server, id));
    const listed = execFileSync("tar", ["tzf", file], { encoding: "utf8" }).trim().split("\n");
    expect(listed).toEqual([
      "covalent.json",
      expect.stringMatching(/^assets\/[0-9a-f]{64}$/),
      "records/000001.ndjson",
      "end.json",
    ]);
  });

  it("can be taken up again from where it was imported", async () => {
    const [here, there] = [await startedServer(), await startedServer()];
    const { id } = await endedDispatch(here);
    await imported(there, await exported(here, id));
    const again = await there.client().redispatch(id, { reuse: false });
    await there.client().start(again.metadata.dispatch_id);
    expect(there.asked).toEqual([`start ${again.metadata.dispatch_id}`]);
  });

  it("must have ended", async () => {
    const server = await startedServer();
    const { metadata } = await server.client().register(streamedManifest());
    const url = `/api/v2/dispatches/${metadata.dispatch_id}/archive`;
    expect((await server.app.inject({ url, headers: { host } })).json().code).toBe("EXPORT_NOT_ENDED");
    const unknown = await server.app.inject({ url: "/api/v2/dispatches/none/archive", headers: { host } });
    expect(unknown.json().code).toBe("DISPATCH_NOT_FOUND");
  });

  it("may have thousands of nodes", async () => {
    const [here, there] = [await startedServer(), await startedServer()];
    const { id } = await endedDispatch(here, 2_500);
    expect((await imported(there, await exported(here, id))).json()).toMatchObject({ nodes: 2_500 });
    expect(await told(there, id)).toEqual(await told(here, id));
  });
});

it("of an import that failed nothing is left, neither rows nor files", async () => {
  const here = await startedServer();
  const there = await testServer({ settleMs: 0 });
  onTestFinished(() => there[Symbol.asyncDispose]());
  await there.listen();
  const { id } = await endedDispatch(here);
  const file = await exported(here, id);
  const [digest = ""] = await Array.fromAsync(here.store.digests());
  await imported(there, archive(filesOf(file).slice(0, -1)));
  await expect.poll(() => Array.fromAsync(there.store.digests()), { timeout: 20_000 }).toEqual([]);
  expect((await imported(there, file)).statusCode).toBe(201);
  expect(await there.store.has(digest)).toBe(true);
});

describe("a file that is not what was exported imports nothing, and says why:", () => {
  const cases: readonly [string, (file: Buffer) => Uint8Array, RegExp][] = [
    ["not a gzip file", () => Buffer.from("hello"), /no gzip file/],
    ["gzip of something else", () => gzipSync(Buffer.alloc(2_000, "x")), /no tar archive/],
    ["an empty file", () => new Uint8Array(0), /cut short/],
    ["cut short", (file) => file.subarray(0, file.length - 40), /cut short/],
    ["cut short before its end", (file) => archive(filesOf(file).slice(0, -1)), /end\.json is missing/],
    ["cut short between two files", (file) => archive(filesOf(file).slice(0, 2), false), /cut short/],
    ["a changed byte", (file) => changed(file, 500), /damaged|gzip|cut short/],
    [
      "a changed value",
      (file) => archive(withFile(file, /^assets/, () => randomBytes(40_000))),
      /do not match/,
    ],
    [
      "a changed record",
      (file) => archive(withText(file, '"task 1"', '"task x"')),
      /not those that were written/,
    ],
    [
      "an asset less",
      (file) => archive(filesOf(file).filter(([name]) => !/^assets/.test(name))),
      /are missing/,
    ],
    ["an asset more", (file) => archive(more(file, stray())), /asset\(s\) are missing|nothing in it has/],
    [
      "a name that leads elsewhere",
      (file) => archive(more(file, ["../../etc/passwd", "x"])),
      /no dispatch has/,
    ],
    ["an absolute name", (file) => archive(more(file, ["/etc/passwd", "x"])), /no dispatch has/],
    ["a newer format", (file) => archive(withText(file, '"version": 1', '"version": 2')), /format 2/],
    [
      "one that runs",
      (file) => archive(withText(file, '"status":"CANCELLED"', '"status":"RUNNING"')),
      /RUNNING/,
    ],
    ["an edge to nowhere", (file) => archive(withText(file, '"target":2', '"target":7')), /not there/],
    ["a node twice", (file) => archive(withText(file, '"id":2', '"id":1')), /should/],
    ["a status that is none", (file) => archive(withText(file, '"CANCELLED"', '"GONE"')), /status/],
    [
      "a record without end",
      () => archive([...HEAD_ONLY, ["records/000001.ndjson", "x".repeat(9e6)]]),
      /larger/,
    ],
  ];

  it.each(cases)("%s", async (_name, make, reason) => {
    const [here, there] = [await startedServer(), await startedServer()];
    const { id } = await endedDispatch(here);
    const answer = await imported(there, make(await exported(here, id)));
    expect(answer.json()).toMatchObject({ detail: expect.stringMatching(reason) });
    expect(answer.statusCode).toBe(422);
    expect(new Set(Object.values(rowCounts(there)))).toEqual(new Set([0]));
    expect((await there.client().list()).dispatches).toEqual([]);
    expect(there.faults).toEqual([]);
    // Nor does it stand in the way of the right one.
    expect((await imported(there, await exported(here, id))).statusCode).toBe(201);
  });

  it("a header that promises more memory than there is", async () => {
    const server = await startedServer();
    const header = tarHeader("covalent.json", 2 ** 40);
    const answer = await imported(server, gzipSync(Buffer.concat([header, Buffer.alloc(100_000)])));
    expect(answer.json()).toMatchObject({
      code: "ARCHIVE_INVALID",
      detail: expect.stringContaining("too large"),
    });
  });

  it("a link in place of a file", async () => {
    const server = await startedServer();
    const header = tarHeader("covalent.json", 0);
    header.write("2", 156, "ascii");
    header.write("        ", 148, "ascii");
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "ascii");
    const answer = await imported(server, gzipSync(Buffer.concat([header, TAR_END])));
    expect(answer.json().detail).toContain("no dispatch has");
  });
});

it("sizes beyond what octal digits hold are written and read", () => {
  const header = tarHeader("assets/x", 9 * 1024 ** 3);
  expect(header.readBigUInt64BE(128)).toBe(9n * 1024n ** 3n);
});

const HEAD_ONLY: [string, string][] = [
  [
    "covalent.json",
    JSON.stringify({
      format: "covalent-dispatch",
      version: 1,
      dispatch_id: "7e3ad6d2-98d4-4c3f-b5b5-0d9a7f1f2a11",
      name: "bomb",
      exported_at: "",
      covalent_version: "",
      dispatches: 1,
    }),
  ],
];

function changed(file: Buffer, at: number): Uint8Array {
  const copy = Buffer.from(file);
  copy[at] = (copy[at] ?? 0) ^ 0xff;
  return copy;
}

function more(file: Buffer, extra: readonly [string, string | Uint8Array]): [string, string | Uint8Array][] {
  const files: [string, string | Uint8Array][] = filesOf(file);
  return [...files.slice(0, 1), [...extra], ...files.slice(1)];
}

function stray(): [string, Uint8Array] {
  const bytes = randomBytes(100);
  return [`assets/${hash("sha256", bytes)}`, bytes];
}

function withFile(
  file: Buffer,
  name: RegExp,
  change: (content: Buffer) => Uint8Array,
): [string, Uint8Array][] {
  return filesOf(file).map(([each, content]) => [each, name.test(each) ? change(content) : content]);
}

function withText(file: Buffer, from: string, to: string): [string, Uint8Array][] {
  return filesOf(file).map(([name, content]) => [
    name,
    name.startsWith("assets/") ? content : Buffer.from(content.toString("utf8").replace(from, to)),
  ]);
}
