import { appendFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type TestServer, testServer } from "../../test/contract/api-server.ts";
import { parseEvents } from "../client/event-parser.ts";

const ID = "8324880b-22e0-4edd-940d-9087eeb4d556";

let server: TestServer;
const file = join(tmpdir(), `covalent-log-${process.pid}.log`);

beforeEach(async () => {
  await writeFile(file, "");
  server = await testServer({ logFile: file });
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await rm(file);
});

const line = (level: number, msg: string, more: object = {}) =>
  `${JSON.stringify({ level, time: 1_767_225_600_000, msg, ...more })}\n`;

async function read(query = "") {
  const answer = await server.app.inject({ url: `/api/v2/logs?${query}`, headers: { host: "localhost" } });
  expect(answer.statusCode).toBe(200);
  const { entries, ...rest } = answer.json();
  return { messages: entries.map(({ message }: { message: string }) => message), entries, ...rest };
}

test("the log is found by level, text and dispatch", async () => {
  await appendFile(file, line(20, "looking"));
  await appendFile(file, line(30, "started", { dispatchId: ID }));
  await appendFile(file, line(40, "slow disk"));
  await appendFile(file, line(50, "a task failed", { dispatchId: ID, err: { stack: "Error: x\n  at y" } }));
  expect((await read()).messages).toHaveLength(4);
  expect((await read("level=WARNING")).messages).toEqual([
    "slow disk",
    expect.stringContaining("a task failed"),
  ]);
  expect((await read(`dispatch_id=${ID.slice(0, 8)}`)).messages).toHaveLength(2);
  expect((await read("search=DISK")).messages).toEqual(["slow disk"]);
  expect((await read("count=1")).messages).toEqual([expect.stringContaining("at y")]);
  const [first] = (await read()).entries;
  expect(first).toEqual({ at: "2026-01-01T00:00:00.000Z", level: "DEBUG", message: "looking" });
});

test("what is added is read once it is a whole line, and nothing twice; a log that was begun anew is read anew", async () => {
  await appendFile(file, line(30, "one"));
  const first = await read();
  expect((await read(`after=${first.next}`)).messages).toEqual([]);
  const two = line(30, "two");
  await appendFile(file, two.slice(0, 10));
  const half = await read(`after=${first.next}`);
  expect(half).toMatchObject({ messages: [], next: first.next, restarted: false });
  await appendFile(file, two.slice(10));
  const whole = await read(`after=${half.next}`);
  expect(whole.messages).toEqual(["two"]);
  await truncate(file);
  await appendFile(file, line(30, "anew"));
  expect(await read(`after=${whole.next}`)).toMatchObject({ messages: ["anew"], restarted: true });
});

test("readers are told when it grows", async () => {
  const url = await server.listen();
  const stop = new AbortController();
  const answer = await fetch(`${url}/api/v2/events?log=true`, { signal: stop.signal });
  const messages = parseEvents(answer.body as AsyncIterable<Uint8Array>);
  const nextSize = async (): Promise<number> => {
    for (;;) {
      const { value } = await messages.next();
      if (value?.event === "log") return JSON.parse(value.data).size;
    }
  };
  expect(await nextSize()).toBe(0);
  await appendFile(file, line(30, "one"));
  expect(await nextSize()).toBeGreaterThan(0);
  stop.abort();
});

test("a server without a log has an empty one, and a wrong level is refused", async () => {
  await using other = await testServer();
  const ask = (query: string) =>
    other.app.inject({ url: `/api/v2/logs?${query}`, headers: { host: "localhost" } });
  expect((await ask("")).json()).toEqual({ entries: [], next: 0, restarted: false });
  expect((await ask("level=LOUD")).statusCode).toBe(422);
});
