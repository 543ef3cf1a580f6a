import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { largePayload, streamedManifest } from "../../test/contract/api-manifest.ts";
import { type TestServer, testServer } from "../../test/contract/api-server.ts";
import type { ManifestLine } from "../model/manifest.ts";
import { type Client, createClient } from "./client.ts";

let server: TestServer;
let client: Client;
beforeEach(async () => {
  server = await testServer({ limits: { readBytes: 2_000_000 } });
  await server.listen();
  client = server.client();
});
afterEach(() => server[Symbol.asyncDispose]());

describe("a client", () => {
  it.each(["127.0.0.1", "::1"])("finds what listens on %s alone as localhost", async (host) => {
    const other = createServer((_request, answer) => answer.end("{}")).listen(0, host);
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    await createClient({ url: `http://localhost:${port}` }).health();
    other.close();
    other.closeAllConnections();
  });

  it("that is busy itself gives localhost time, also for what cannot be sent twice", async () => {
    const { port } = server.app.server.address() as AddressInfo;
    const busy = createClient({ url: `http://localhost:${port}` });
    const registered = busy.register(streamedManifest({ nodes: 1 }));
    // Promises alone: what the connection comes to is seen only after this.
    for (let turn = 0; turn < 100; turn++) await undefined;
    const until = performance.now() + 300;
    while (performance.now() < until);
    expect((await registered).missing_assets).toEqual([]);
  });

  it("registers, uploads what is missing, starts, and reads it all back", async () => {
    const payload = largePayload(300_000);
    const lines = streamedManifest({ nodes: 2_500, refers: [payload.digest] });
    const { metadata, missing_assets } = await client.register(lines);
    expect(missing_assets).toEqual([payload.digest]);
    await expect(client.start(metadata.dispatch_id)).rejects.toMatchObject({ code: "ASSETS_MISSING" });
    await client.upload([payload]);
    await client.start(metadata.dispatch_id);
    const id = metadata.dispatch_id;
    expect(server.asked).toEqual([`start ${id}`]);
    expect(await client.summary(id)).toMatchObject({
      name: "chain",
      status: "STARTING",
      electron_num: 2_500,
    });
    expect((await client.summary(id, { waitMs: 1 })).status).toBe("STARTING");
    expect((await client.list({ dispatchIds: [id], statuses: ["STARTING"] })).dispatches).toHaveLength(1);
    const page = await client.nodes(id, { after: 1_000 });
    expect([page.nodes[0]?.id, page.nodes.length, page.next]).toEqual([1_001, 1_000, 2_000]);
    expect((await client.links(id, { offset: 2_000 })).links).toHaveLength(499);
    expect((await client.header(id)).lattice.metadata.name).toBe("chain");
    expect(Buffer.from(await client.asset(payload.digest)).equals(payload.bytes)).toBe(true);
    expect(await client.nodeAsset(id, 0, "value")).toMatchObject({ digest: payload.digest, codec: "bytes" });
    expect(await client.nodeAsset(id, 0, "output")).toBeUndefined();
    expect(await client.dispatchAsset(id, "inputs")).toMatchObject({ content: "the inputs" });
    expect(await client.attempts(id, 0)).toEqual([]);
    await client.cancel(id, [3]);
    expect(server.asked.at(-1)).toBe(`cancel ${id} 3`);
    expect((await client.server()).version).toBe("0.0.0-test");
    await client.health();
  });

  it("starts with its registration what is complete, and nothing that has to be uploaded first", async () => {
    const { digest } = largePayload();
    const incomplete = await client.register(streamedManifest({ refers: [digest] }), { start: true });
    expect(incomplete).toMatchObject({ missing_assets: [digest], started: false });
    const complete = await client.register(streamedManifest(), { start: true });
    expect(complete).toMatchObject({ missing_assets: [], started: true });
    expect(server.asked).toEqual([`start ${complete.metadata.dispatch_id}`]);
    expect((await client.register(streamedManifest())).started).toBe(false);
    expect(server.asked).toHaveLength(1);
  });

  it("takes from a long manifest only as fast as the server writes it, and stops when the server refuses", async () => {
    const [header] = streamedManifest({ nodes: 1_000_000 });
    let given = 0;
    async function* wrong(): AsyncGenerator<ManifestLine> {
      if (header !== undefined) yield header;
      for (;;) {
        given += 1;
        yield {
          kind: "nodes",
          nodes: [{ id: given === 500 ? 0 : given - 1, metadata: { name: "x".repeat(1_000) } }],
        };
      }
    }
    await expect(client.register(wrong())).rejects.toMatchObject({ code: "INVALID_MANIFEST" });
    expect(given).toBeGreaterThanOrEqual(500);
    expect((await client.list()).metadata.total).toBe(0);
  });

  it("passes on what its caller's own stream throws, and nothing is registered", async () => {
    async function* broken(): AsyncGenerator<ManifestLine> {
      yield* streamedManifest().slice(0, 2);
      throw new RangeError("mine");
    }
    await expect(client.register(broken())).rejects.toThrow(new RangeError("mine"));
    expect((await client.list()).metadata.total).toBe(0);
  });

  it("reads many assets in few requests, however many and large they are", async () => {
    const payloads = Array.from({ length: 1_200 }, (_, index) =>
      largePayload(index % 100 === 7 ? 400_000 : 20),
    );
    await client.upload(payloads);
    const digests = payloads.map(({ digest }) => digest);
    const before = server.requests.length;
    const read = await client.assets(digests);
    // 4.8 MB in answers of 2 MB, and 1,000 digests at most.
    expect(server.requests.slice(before)).toEqual(Array(3).fill("/api/v2/assets/read"));
    expect(read.length).toBe(1_200);
    expect(
      read.every((bytes, index) => Buffer.from(bytes).equals(payloads[index]?.bytes ?? Buffer.of())),
    ).toBe(true);
    expect(await client.assets([])).toEqual([]);
    const unknown = "0".repeat(64);
    await expect(client.assets([...digests.slice(0, 2), unknown])).rejects.toMatchObject({
      code: "ASSET_NOT_FOUND",
      details: { what: `asset ${unknown}` },
    });
  });

  it("gives the server's errors as they are", async () => {
    const dispatchId = "00000000-0000-4000-8000-000000000000";
    await expect(client.summary(dispatchId)).rejects.toMatchObject({
      name: "CovalentError",
      code: "DISPATCH_NOT_FOUND",
      message: `there is no dispatch ${dispatchId}`,
      hint: expect.stringContaining("covalent list"),
      details: { dispatchId },
    });
  });

  it("says where nobody answers", async () => {
    const { url } = client;
    await server.app.close();
    const error = { code: "SERVER_UNREACHABLE", details: { url } };
    await expect(client.summary("x")).rejects.toMatchObject(error);
    await expect(client.register(streamedManifest())).rejects.toMatchObject(error);
  });
});

it("an answer that is no server of ours is told as it came", async () => {
  const stranger = createServer((_, answer) => answer.writeHead(418).end("a teapot"));
  await new Promise<void>((resolve) => stranger.listen(0, "127.0.0.1", resolve));
  const { port } = stranger.address() as AddressInfo;
  const strange = createClient({ url: `http://127.0.0.1:${port}` });
  await expect(strange.summary("x")).rejects.toMatchObject({
    code: "SERVER_ERROR",
    message: /418.*a teapot/,
  });
  await new Promise((resolve) => stranger.close(resolve));
});

describe("the connections of a program", () => {
  it("are few, however many clients it makes, and a call leaves none behind", async () => {
    const { url } = client;
    for (let call = 0; call < 100; call += 1) {
      await createClient({ url }).health();
      await createClient({ url }).register(streamedManifest());
    }
    expect(await connections(server)).toBeLessThanOrEqual(3);
  });

  it("do not keep it from ending", async () => {
    const module = new URL("./client.ts", import.meta.url).href;
    const program = `const { createClient } = await import("${module}");
      await Promise.all([1, 2, 3].map(() => createClient({ url: "${client.url}" }).health()));
      console.log("done");`;
    const child = spawn(process.execPath, ["--input-type=module", "--eval", program], { timeout: 20_000 });
    const startedAt = performance.now();
    let doneAt = Number.POSITIVE_INFINITY;
    child.stdout.once("data", () => {
      doneAt = performance.now();
    });
    const [code] = await once(child, "close");
    expect([code, doneAt > startedAt]).toEqual([0, true]);
    expect(performance.now() - doneAt).toBeLessThan(2_000);
  });
});

function connections({ app }: TestServer): Promise<number> {
  return new Promise((resolve, reject) => {
    app.server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  });
}
