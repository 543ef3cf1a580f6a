import { hash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { pythonAsset, pythonManifest } from "../../../test/contract/api-manifest.ts";
import { type TestServer, testServer } from "../../../test/contract/api-server.ts";

async function serverIn(directory?: string): Promise<TestServer> {
  const server = await testServer(directory === undefined ? {} : { directory });
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}

async function ask({ app }: TestServer, method: "GET" | "POST" | "PUT", url: string, body?: object | Buffer) {
  const headers = { host: "localhost" };
  const answer = await app.inject({ method, url, headers, ...(body && { payload: body }) });
  return {
    status: answer.statusCode,
    body: answer.headers["content-type"]?.includes("json") ? answer.json() : answer.body,
  };
}

interface Registered {
  readonly id: string;
  /** The names at which bytes are asked for. */
  readonly asked: readonly string[];
}

async function registered(server: TestServer, manifest: object): Promise<Registered> {
  const { status, body } = await ask(
    server,
    "POST",
    "/api/v2/dispatches",
    Buffer.from(JSON.stringify(manifest)),
  );
  expect(status).toBe(201);
  const addresses = [...JSON.stringify(body).matchAll(/"size":(\d+)[^{}]*?"remote_uri":"([^"]+)"/g)];
  const asked = addresses
    .filter(([, size]) => size !== "0")
    .map(([, , address = ""]) => new URL(address).pathname);
  return { id: body.metadata.dispatch_id, asked };
}

const sizeOf = (name: string) => {
  const [, node, file = ""] = /(node_)?[^/]*\/([^/]+)$/.exec(name) ?? [];
  const sizes = {
    "function.tobj": 100,
    "function_string.txt": node ? 10 : 50,
    "hooks.json": 2,
    "inputs.tobj": 20,
  };
  return sizes[file as keyof typeof sizes];
};

async function upload(server: TestServer, names: readonly string[]): Promise<void> {
  for (const name of names)
    expect(await ask(server, "PUT", name, pythonAsset(sizeOf(name)).bytes)).toMatchObject({ status: 200 });
}

const ofNodes = (asked: readonly string[]) => asked.filter((name) => name.includes("/node_"));
const bytesOf = async (server: TestServer, id: string, name: string) =>
  (await ask(server, "GET", `/api/v0/files/${id}/${name}`)).body;

it("what many nodes consist of is asked for once, and is there for all of them", async () => {
  const server = await serverIn();
  const { id, asked } = await registered(server, pythonManifest(300));
  expect(ofNodes(asked)).toEqual(
    ["function.tobj", "function_string.txt", "hooks.json"].map(
      (file) => `/api/v0/files/${id}/node_0/${file}`,
    ),
  );
  await upload(server, asked);
  for (const node of [0, 1, 299])
    expect(await bytesOf(server, id, `node_${node}/function.tobj`)).toBe(pythonAsset(100).bytes.toString());
  expect((await ask(server, "PUT", `/api/v2/dispatches/${id}/status`, { status: "RUNNING" })).status).toBe(
    202,
  );
  expect(server.faults).toEqual([]);
});

it("a parameter's value is its output, and no other key's bytes are taken for it", async () => {
  const server = await serverIn();
  const manifest = pythonManifest(2);
  const [first, second] = manifest.lattice.transport_graph.nodes;
  const same = pythonAsset(100).asset;
  if (first) Object.assign(first.assets, { value: same, output: same });
  if (second) Object.assign(second.assets, { value: same });
  const { id, asked } = await registered(server, manifest);
  const files = ofNodes(asked).map((name) => name.slice(name.indexOf("node_")));
  expect(files).toContain("node_0/value.tobj");
  expect(files).toContain("node_0/function.tobj");
  expect(files).not.toContain("node_0/results.tobj");
  expect(files.filter((name) => name.startsWith("node_1"))).toEqual([]);
  await ask(server, "PUT", `/api/v0/files/${id}/node_0/value.tobj`, pythonAsset(100).bytes);
  expect(await bytesOf(server, id, "node_0/results.tobj")).toBe(pythonAsset(100).bytes.toString());
  expect(await bytesOf(server, id, "node_1/value.tobj")).toBe(pythonAsset(100).bytes.toString());
  expect((await ask(server, "GET", `/api/v0/files/${id}/node_1/function.tobj`)).status).toBe(404);
});

it("a server that comes after the one that asked knows what was asked for", async () => {
  const directory = mkdtempSync(join(tmpdir(), "covalent-asked-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const first = await testServer({ directory });
  const { id, asked } = await registered(first, pythonManifest(3));
  await first[Symbol.asyncDispose]();
  const second = await serverIn(directory);
  await upload(second, asked);
  expect(await bytesOf(second, id, "node_2/function.tobj")).toBe(pythonAsset(100).bytes.toString());
  expect((await ask(second, "PUT", `/api/v2/dispatches/${id}/status`, { status: "RUNNING" })).status).toBe(
    202,
  );
});

it("what is uploaded in place of what was promised is for that name alone", async () => {
  const server = await serverIn();
  const { id, asked } = await registered(server, pythonManifest(3));
  const other = Buffer.from("another function");
  // As the original's executors do it: the digest first, in a request of its own.
  const announced = await server.app.inject({
    method: "POST",
    url: `/api/v2/dispatches/${id}/electrons/0/assets/function`,
    headers: {
      host: "localhost",
      digest: hash("sha1", other),
      "digest-alg": "sha",
      "content-length": String(other.length),
    },
  });
  expect(announced.statusCode).toBe(200);
  await ask(server, "PUT", `/api/v0/files/${id}/node_0/function.tobj`, other);
  expect((await ask(server, "GET", `/api/v0/files/${id}/node_1/function.tobj`)).status).toBe(404);
  await ask(server, "PUT", `/api/v0/files/${id}/node_1/function.tobj`, pythonAsset(100).bytes);
  expect(await bytesOf(server, id, "node_2/function.tobj")).toBe(pythonAsset(100).bytes.toString());
  expect(await bytesOf(server, id, "node_0/function.tobj")).toBe("another function");
  await upload(
    server,
    asked.filter((name) => !name.includes("node_0/function.tobj")),
  );
  await ask(server, "PUT", `/api/v0/files/${id}/node_2/function.tobj`, other);
  expect(await bytesOf(server, id, "node_1/function.tobj")).toBe(pythonAsset(100).bytes.toString());
});
