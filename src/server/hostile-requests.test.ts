import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { streamedManifest, toNdjson } from "../../test/contract/api-manifest.ts";
import { type TestServer, testServer } from "../../test/contract/api-server.ts";

let server: TestServer;
let id: string;

beforeAll(async () => {
  server = await testServer({ limits: { threadBytes: 3_000, lineBytes: 4_000 } });
  id = (
    await inject("POST", "/api/v2/dispatches", toNdjson(streamedManifest()), "application/x-ndjson")
  ).json().metadata.dispatch_id;
});
afterAll(() => server[Symbol.asyncDispose]());

type Method = "GET" | "HEAD" | "PUT" | "POST" | "PATCH" | "DELETE" | "OPTIONS";

function inject(method: Method, url: string, payload: string | Buffer, type: string | undefined) {
  const headers = { host: "localhost", ...(type !== undefined && { "content-type": type }) };
  return server.app.inject({ method, url, headers, payload });
}

const segment = fc.oneof(
  fc.constantFrom(
    "..",
    "%2e%2e",
    "node_0",
    "node_99999999999",
    "results.tobj",
    "__proto__",
    "-1",
    "0",
    "1e9",
    "NaN",
    "%00",
  ),
  fc.string({ maxLength: 12 }).map((text) => encodeURIComponent(text.toWellFormed())),
  fc.constant("x".repeat(3_000)),
);

const path = fc.oneof(
  fc.constantFrom("/api/v2/dispatches", "/api/v2/assets", "/api/v2/server", "/openapi.json", "/"),
  segment.map((part) => `/api/v2/dispatches/${part}`),
  fc
    .tuple(fc.constantFrom("DISPATCH"), fc.constantFrom("status", "summary", "nodes", "links", "header"))
    .map(([known, part]) => `/api/v2/dispatches/${known}/${part}`),
  fc
    .tuple(segment, segment)
    .map(([node, key]) => `/api/v2/dispatches/DISPATCH/electrons/${node}/assets/${key}`),
  segment.map((node) => `/api/v2/dispatches/DISPATCH/nodes/${node}/attempts`),
  segment.map((node) => `/api/v2/dispatches/DISPATCH/electrons/${node}`),
  segment.map((digest) => `/api/v2/assets/${digest}`),
  fc.array(segment, { maxLength: 4 }).map((parts) => `/api/v0/files/${parts.join("/")}`),
  segment.map(
    (part) => `/api/v2/dispatches?count=${part}&offset=${part}&latest=${part}&status=${part}&search=${part}`,
  ),
  segment.map((part) => `/api/v2/dispatches/DISPATCH/nodes?after=${part}&limit=${part}`),
);

const deep = `${'{"metadata":'.repeat(5_000)}1${"}".repeat(5_000)}`;
const deepData = JSON.stringify(streamedManifest()[0]).replace(
  '"executor":"local"',
  `"executor":"local","executor_data":{"a":${"[".repeat(3_000)}${"]".repeat(3_000)}}`,
);

/** Manifests that are right but for one value. */
const spoiled = fc
  .tuple(fc.nat(), fc.oneof(fc.jsonValue(), fc.constantFrom(null, -1, 1e300, "", "\u0000", "__proto__")))
  .map(([at, value]) => {
    let count = 0;
    return toNdjson(streamedManifest()).replace(/"(?:[^"\\]|\\.)*"(?!:)|\d+/g, (whole) =>
      count++ === at % 40 ? JSON.stringify(value) : whole,
    );
  });

const body = fc.oneof(
  fc.json(),
  fc.string(),
  fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  fc.constantFrom(
    "",
    "{}",
    "null",
    "[]",
    '{"status":7}',
    '{"status":"RUNNING","task_ids":"x"}',
    deep,
    deepData,
    " ".repeat(10_000),
  ),
  spoiled,
  fc.constant('{"__proto__":{"status":"RUNNING"}}'),
);

const type = fc.constantFrom(
  undefined,
  "application/json",
  "application/x-ndjson",
  "text/plain",
  "application/octet-stream",
  "x",
  "multipart/form-data",
);
const method = fc.constantFrom<Method[]>("GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS");

it("answers whatever it is sent with a message and never a fault of its own", async () => {
  await fc.assert(
    fc.asyncProperty(method, path, type, body, async (verb, where, kind, payload) => {
      const answer = await inject(verb, where.replace("DISPATCH", id), payload, kind);
      // What is told to be not there yet is no fault.
      if (answer.statusCode !== 501) expect(answer.statusCode).toBeLessThan(500);
      if (answer.statusCode >= 400 && verb !== "HEAD")
        expect(answer.json().detail ?? answer.json().message).toBeTypeOf("string");
      expect(answer.body).not.toMatch(/\n\s+at .*:\d+:\d+/);
    }),
    { numRuns: 1_500 },
  );
  expect(server.faults).toEqual([]);
}, 60_000);
