import { hash } from "node:crypto";
import { connect } from "node:net";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { digestOf, largePayload, pythonAsset, pythonManifest } from "../../test/contract/api-manifest.ts";
import { type TestServer, testServer } from "../../test/contract/api-server.ts";
import { encodeAssetFrameHead } from "../model/asset-frame.ts";

let server: TestServer;
beforeEach(async () => {
  server = await testServer();
});
afterEach(() => server[Symbol.asyncDispose]());

type Method = "GET" | "HEAD" | "PUT" | "POST";

function ask(
  method: Method,
  url: string,
  payload?: Uint8Array | string,
  headers: Record<string, string> = {},
) {
  const body = payload === undefined ? {} : { payload: Buffer.from(payload) };
  return server.app.inject({ method, url, headers: { host: "localhost", ...headers }, ...body });
}

describe("assets by digest", () => {
  it("are stored when they are what their digest says, and come back whole or in part", async () => {
    const { digest, bytes } = largePayload();
    const url = `/api/v2/assets/${digest}`;
    expect((await ask("PUT", url, bytes)).json()).toEqual({ digest, size: 40_000 });
    expect((await ask("GET", url)).rawPayload.equals(bytes)).toBe(true);
    const head = await ask("HEAD", url);
    expect([head.headers["content-length"], head.rawPayload.length]).toEqual(["40000", 0]);
    const part = await ask("GET", url, undefined, { range: "bytes=10-19" });
    expect([part.statusCode, part.headers["content-range"]]).toEqual([206, "bytes 10-19/40000"]);
    expect(part.rawPayload.equals(bytes.subarray(10, 20))).toBe(true);
    expect((await ask("GET", url, undefined, { range: "bytes=40000-" })).statusCode).toBe(416);
  });

  it("are refused when they are not, and nothing is stored", async () => {
    const { digest } = largePayload();
    const answer = await ask("PUT", `/api/v2/assets/${digest}`, "something else");
    expect([answer.statusCode, answer.json().code]).toEqual([422, "ASSET_CORRUPT"]);
    expect((await ask("GET", `/api/v2/assets/${digest}`)).json().code).toBe("ASSET_NOT_FOUND");
    expect((await ask("GET", "/api/v2/assets/..%2f..%2fetc")).statusCode).toBe(422);
  });

  it("come in batches, each verified", async () => {
    const payloads = [largePayload(3), largePayload(0), largePayload(100_000)];
    const frames = payloads.flatMap(({ digest, bytes }) => [
      encodeAssetFrameHead({ digest, size: bytes.length }),
      bytes,
    ]);
    expect((await ask("POST", "/api/v2/assets", Buffer.concat(frames))).json()).toEqual({ stored: 3 });
    for (const { digest, bytes } of payloads) {
      expect((await ask("GET", `/api/v2/assets/${digest}`)).rawPayload.equals(bytes)).toBe(true);
    }
    const [good, bad] = [largePayload(10), largePayload(10)];
    const fine = [encodeAssetFrameHead({ digest: good.digest, size: 10 }), good.bytes];
    const broken = [encodeAssetFrameHead({ digest: bad.digest, size: 10 }), good.bytes];
    expect((await ask("POST", "/api/v2/assets", Buffer.concat([...fine, ...broken]))).json().code).toBe(
      "ASSET_CORRUPT",
    );
    expect([await server.store.has(good.digest), await server.store.has(bad.digest)]).toEqual([true, false]);
  });
});

describe("files by the original's names", () => {
  async function registered(): Promise<string> {
    const answer = await ask("POST", "/api/v2/dispatches", JSON.stringify(pythonManifest()));
    return answer.json().metadata.dispatch_id;
  }

  it("are kept by content behind a name that can be given anew until the node has ended", async () => {
    const id = await registered();
    const url = `/api/v0/files/${id}/node_1/results.tobj`;
    expect((await ask("GET", url)).statusCode).toBe(404);
    for (const content of [Buffer.from("first"), largePayload().bytes]) {
      expect((await ask("PUT", url, content)).json()).toEqual({
        digest: digestOf(content),
        size: content.length,
      });
      expect((await ask("GET", url)).rawPayload.equals(content)).toBe(true);
    }
    const stored = await server.database.journal.load(id);
    const node = stored?.nodes[1];
    if (stored === undefined || node === undefined) throw new Error("the dispatch was not stored");
    const change = {
      kind: "node-status",
      dispatch: stored.row,
      dispatchId: id,
      node: node.row,
      nodeId: 1,
      at: Date.now(),
    } as const;
    await server.database.journal.commit([{ ...change, status: "CANCELLED" }]);
    const sealed = await ask("PUT", url, "late");
    expect([sealed.statusCode, sealed.json().code]).toEqual([409, "ASSET_SEALED"]);
  });

  it("are what the client announced, whose digest stays beside ours, or are refused", async () => {
    const id = await registered();
    const announce = (size: number, digest: string) =>
      ask("POST", `/api/v2/dispatches/${id}/electrons/0/assets/output`, undefined, {
        "content-length": String(size),
        "digest-alg": "sha1",
        digest,
      });
    const url = `/api/v0/files/${id}/node_0/results.tobj`;
    const large = largePayload().bytes;
    for (const bytes of [Buffer.from("bytes"), large]) {
      const digest = hash("sha1", bytes);
      expect((await announce(bytes.length, digest)).json()).toEqual({
        size: bytes.length,
        remote_uri: `http://localhost${url}`,
      });
      const known = await server.database.assets.find(id, 0, "output");
      for (const wrong of [
        Buffer.concat([bytes, Buffer.of(0)]),
        bytes.subarray(1),
        Buffer.from(bytes).fill(1),
      ]) {
        const refused = await ask("PUT", url, wrong);
        expect([refused.statusCode, refused.json().code]).toEqual([422, "ASSET_CORRUPT"]);
        expect(await server.store.has(digestOf(wrong))).toBe(false);
        expect(await server.database.assets.find(id, 0, "output")).toEqual(known);
      }
      expect((await ask("PUT", url, bytes)).statusCode).toBe(200);
      expect(await server.database.assets.find(id, 0, "output")).toMatchObject({
        digest: digestOf(bytes),
        clientDigest: digest,
        clientDigestAlg: "sha1",
      });
    }
  });

  it("are what the manifest promised", async () => {
    const id = await registered();
    const url = `/api/v0/files/${id}/node_0/function.tobj`;
    expect((await ask("PUT", url, "not the function")).json().code).toBe("ASSET_CORRUPT");
    expect((await ask("GET", url)).json().code).toBe("ASSET_NOT_FOUND");
    expect((await ask("PUT", url, pythonAsset(100).bytes)).statusCode).toBe(200);
  });

  it("that stop arriving are no fault of the server", async () => {
    const id = await registered();
    const { port } = new URL(await server.listen());
    const socket = connect(Number(port), "127.0.0.1");
    const head = `PUT /api/v0/files/${id}/node_1/results.tobj HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000\r\n\r\n`;
    socket.write(`${head}${"x".repeat(100_000)}`);
    while (!server.requests.some((path) => path.includes("node_1"))) await new Promise(setImmediate);
    socket.destroy();
    while (server.remarks.length === 0 && server.faults.length === 0) await new Promise(setImmediate);
    expect(server.faults).toEqual([]);
    expect(server.remarks).toEqual(["a client left before its request was complete"]);
  });

  it("cannot lead anywhere else", async () => {
    const id = await registered();
    for (const name of [
      "../x",
      `${id}/../../x`,
      `${id}/..%2f..%2fx`,
      `${id}/node_0/%2e%2e/x`,
      "%2fetc%2fpasswd",
      `${id}/x.pkl`,
    ]) {
      expect([404, 422], name).toContain((await ask("PUT", `/api/v0/files/${name}`, "x")).statusCode);
      expect([404, 422], name).toContain((await ask("GET", `/api/v0/files/${name}`)).statusCode);
    }
    expect((await ask("PUT", `/api/v0/files/${id}/node_9/results.tobj`, "x")).json().code).toBe(
      "NODE_NOT_FOUND",
    );
    const unknown = "00000000-0000-4000-8000-000000000000";
    expect((await ask("PUT", `/api/v0/files/${unknown}/results.tobj`, "x")).json().code).toBe(
      "DISPATCH_NOT_FOUND",
    );
  });
});

it("a stored asset is found by whoever refers to it next", async () => {
  const { digest, bytes } = largePayload();
  await server.store.put(Readable.from([bytes]));
  expect((await ask("GET", `/api/v2/assets/${digest}`)).statusCode).toBe(200);
});
