import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { digestOf, streamedManifest, toNdjson } from "../../test/contract/api-manifest.ts";
import { type TestServer, testServer } from "../../test/contract/api-server.ts";
import { type Document, type Operation, operationsOf } from "../../test/contract/openapi-operations.ts";
import { fitting, hostile, spoiled } from "../../test/contract/schema-values.ts";
import { CovalentError } from "../model/errors.ts";
import { Triggers } from "../triggers/triggers.ts";
import { createTriggerLaunch } from "./registration/trigger-launch.ts";

/** Every route of the OpenAPI document, those that are still to come included, is asked with what it documents and with worse. */
let server: TestServer;
let triggers: Triggers;
let operations: readonly Operation[];
/** What stands for a path's parameters. */
let known: Readonly<Record<string, string>>;

const nothing = async () => undefined;
const OUTPUT = "the output";
/** More of them find more, as long as somebody waits. */
const RUNS = Number(process.env.COVALENT_TEST_RUNS ?? 600);

beforeAll(async () => {
  server = await testServer({
    limits: { threadBytes: 3_000 },
    settings: {
      list: () => [],
      sections: () => ({ sdk: { log_level: "warning" } }),
      async set(key) {
        if (key !== "sdk.log_level") throw new CovalentError("CONFIG_UNKNOWN_KEY", { key });
      },
    },
    triggers: (parts) => {
      triggers = new Triggers({
        triggers: parts.database.triggers,
        launcher: createTriggerLaunch(parts),
        rows: { check: nothing, hasRow: async () => false },
        passwords: { keep: nothing, of: nothing, forget: nothing, keepOnly: nothing },
        logger: parts.logger,
      });
      return triggers;
    },
  });
  operations = operationsOf((await ask("GET", "/openapi.json")).json<Document>()).filter(isAnswered);
});
beforeEach(async () => {
  known = await somethingToAskFor();
});
afterEach(() => triggers.stop({ dispatchIds: [known.dispatch_id ?? ""] }));
afterAll(async () => {
  await triggers.close();
  await server[Symbol.asyncDispose]();
});

/** An event stream answers as long as anybody listens: it has tests of its own. */
function isAnswered({ path }: Operation): boolean {
  return path !== "/api/v2/events";
}

async function somethingToAskFor(): Promise<Record<string, string>> {
  const body = toNdjson(streamedManifest());
  const registered = await ask("POST", "/api/v2/dispatches", body, "application/x-ndjson");
  const id: string = registered.json().metadata.dispatch_id;
  await ask("PUT", `/api/v0/files/${id}/node_0/results.tobj`, OUTPUT, "application/octet-stream");
  const trigger = { name: "BaseTrigger", lattice_dispatch_id: id };
  const registeredTrigger = await ask(
    "POST",
    "/api/triggers/register",
    JSON.stringify(trigger),
    "application/json",
  );
  return {
    dispatch_id: id,
    node_id: "0",
    electron_id: "0",
    key: "output",
    digest: digestOf(OUTPUT),
    trigger_id: registeredTrigger.json().id,
    "*": `${id}/node_0/results.tobj`,
  };
}

function ask(method: Operation["method"], url: string, payload?: string, type?: string) {
  const headers = { host: "localhost", ...(type !== undefined && { "content-type": type }) };
  return server.app.inject({ method, url, headers, ...(payload !== undefined && { payload }) });
}

/** A path's parameters: what is known of them, the first of a few words, or what is given in their place. */
function addressOf({ path, pathParameters }: Operation, instead?: string): string {
  return path.replace(/\{([^}]+)\}/g, (_, name: string) => {
    const ofDispatch = name === "key" && !path.includes("electrons") ? "inputs" : undefined;
    const value = instead ?? ofDispatch ?? known[name] ?? pathParameters[name]?.enum?.[0] ?? "x";
    return name === "*" && instead === undefined ? String(value) : encodeURIComponent(String(value));
  });
}

type Answer = Awaited<ReturnType<typeof ask>>;

/** An answer is what the document says, or a refusal with a message: never a fault, and never a stack. */
function check({ answers, method, path }: Operation, answer: Answer, sent: unknown): void {
  const { statusCode, body } = answer;
  const what = `${method} ${path} with ${JSON.stringify(sent)?.slice(0, 300)}: ${statusCode} ${body.slice(0, 300)}`;
  expect(server.faults, what).toEqual([]);
  expect(body, what).not.toMatch(/\n\s+at .*:\d+:\d+/);
  if (statusCode >= 400) {
    // What this version does not do yet says so.
    if (statusCode !== 501) expect(statusCode, what).toBeLessThan(500);
    const refusal = answer.json();
    expect(refusal.detail ?? refusal.message, what).toBeTypeOf("string");
    return;
  }
  expect([...answers.keys()], what).toContain(statusCode);
  const validator = answers.get(statusCode);
  if (validator !== undefined)
    expect(validator.safeParse(answer.json()).error?.message, what).toBeUndefined();
}

it("every route says what it does, and to what it belongs", () => {
  expect(operations.length).toBeGreaterThan(40);
  const silent = operations.filter(({ summary, tags }) => summary === undefined || tags.length === 0);
  expect(silent.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
});

it("every route answers with what it documents", async () => {
  const refused: string[] = [];
  for (const operation of operations) {
    known = await somethingToAskFor();
    for (const body of fc.sample(
      operation.body === undefined ? fc.constant(undefined) : fitting(operation.body),
      5,
    )) {
      const payload = body === undefined ? undefined : JSON.stringify(body);
      const answer = await ask(
        operation.method,
        addressOf(operation),
        payload,
        payload && "application/json",
      );
      check(operation, answer, body);
      if (body === undefined && answer.statusCode >= 400)
        refused.push(`${operation.method} ${operation.path}`);
    }
  }
  // What needs a body that no document can describe, is of something that nobody has made (an attempt, a preview, another dispatch),
  // or is not for a dispatch of the Python SDK that has not ended.
  expect([...new Set(refused)].sort()).toEqual([
    "GET /api/v2/dispatches/{dispatch_id}/archive",
    "GET /api/v2/dispatches/{dispatch_id}/comparison/{other_id}",
    "GET /api/v2/dispatches/{dispatch_id}/inputs",
    "GET /api/v2/dispatches/{dispatch_id}/nodes/{node_id}/attempts/{number}/{stream}",
    "GET /api/v2/previews/{preview_id}",
    "POST /api/v2/archives",
    "POST /api/v2/dispatches",
    "POST /api/v2/previews",
    "PUT /api/v2/assets/{digest}",
  ]);
}, 120_000);

describe("every route", () => {
  const pick = fc.nat();

  it("refuses parameters that lead nowhere, or out of the store", async () => {
    const odd = fc.oneof(
      hostile.map((value) => (typeof value === "string" ? value : JSON.stringify(value))),
      fc.constantFrom(
        "8324880b-22e0-4edd-940d-9087eeb4d556",
        "..",
        "../..",
        "%00",
        "node_0",
        "9".repeat(400),
      ),
    );
    await fc.assert(
      fc.asyncProperty(pick, odd, odd, async (which, value, asked) => {
        const operation = operations[which % operations.length] ?? expect.fail();
        const names = Object.keys(operation.query);
        const query = new URLSearchParams(
          Object.fromEntries(names.map((name) => [name, asked.toWellFormed()])),
        );
        const path = addressOf(operation, value.toWellFormed());
        // Dots lead to another route, before the server sees them.
        fc.pre(new URL(path, "http://localhost").pathname === path);
        const url = `${path}?${query}`;
        check(operation, await ask(operation.method, url), { value, asked });
      }),
      { numRuns: RUNS },
    );
  }, 120_000);

  it("refuses bodies with something hostile in any place", async () => {
    const withBody = operations.filter(({ body }) => body !== undefined);
    await fc.assert(
      fc.asyncProperty(
        pick,
        fc.nat(100_000),
        hostile,
        fc.infiniteStream(fc.nat()),
        async (which, at, by, seeds) => {
          const operation = withBody[which % withBody.length] ?? expect.fail();
          const [seed = 0] = seeds.take(1);
          const [body] = fc.sample(fitting(operation.body ?? {}), { seed, numRuns: 1 });
          const sent = spoiled(body, at, by);
          const type = at % 3 === 0 ? undefined : "application/json";
          check(
            operation,
            await ask(operation.method, addressOf(operation), JSON.stringify(sent), type),
            sent,
          );
        },
      ),
      { numRuns: RUNS },
    );
  }, 120_000);

  it("refuses what is no JSON, is too much of it, or is of another type", async () => {
    const deep = `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`;
    const payloads = ["", "{", "nul", '"', "\u0000", "[".repeat(50_000), deep, `"${"x".repeat(2_000_000)}"`];
    for (const operation of operations.filter(({ method }) => method !== "GET"))
      for (const payload of payloads)
        for (const type of [undefined, "application/json", "application/x-ndjson", "text/html"])
          check(
            operation,
            await ask(operation.method, addressOf(operation), payload, type),
            payload.slice(0, 40),
          );
  }, 120_000);
});
