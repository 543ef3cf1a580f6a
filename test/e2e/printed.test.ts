import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dispatch, getResult } from "covalent-ts";
import { startServer, type TestServer } from "covalent-ts/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parseEvents } from "../../src/client/event-parser.ts";
import { printing } from "./workflows/printing.ts";

/** What a task prints, read while it runs. */

let home: string;
let server: TestServer;
let stop: AbortController;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "covalent-printed-"));
  server = await startServer({ home, workers: 1 });
  stop = new AbortController();
});
afterEach(async () => {
  stop.abort();
  await server.close();
  await rm(home, { recursive: true, maxRetries: 3 });
});

test("what a task prints can be read while it runs, over a restart of the server, and is the same at its end", async () => {
  const gate = join(home, "gate");
  const id = await dispatch(printing, server)(gate, 3);
  const node = await nodeNamed(id, "printLines");
  let told = follow(id, node);
  await told.until("stdout", Buffer.byteLength("line 0 ü\n"));
  expect(await read(id, node, "stdout")).toBe("line 0 ü\n");
  await told.until("stderr", Buffer.byteLength("to the other stream\n"));
  await writeFile(`${gate}-0`, "");
  await told.until("stdout", Buffer.byteLength("line 0 ü\nline 1 ü\n"));
  // Only what is new is asked for.
  expect(await read(id, node, "stdout", "bytes=10-")).toBe("line 1 ü\n");

  stop.abort();
  await server.close();
  server = await startServer({ home, workers: 1 });
  stop = new AbortController();
  told = follow(id, node);
  await writeFile(`${gate}-1`, "");
  await told.until("stdout", Buffer.byteLength("line 0 ü\nline 1 ü\nline 2 ü\n"));
  expect(await read(id, node, "stdout", "bytes=20-")).toBe("line 2 ü\n");
  await writeFile(`${gate}-2`, "");
  expect((await getResult(id, { ...server, wait: true })).status).toBe("COMPLETED");
  // The same worker has run the next task, whose output lies behind this one's.
  expect(await read(id, node, "stdout")).toBe("line 0 ü\nline 1 ü\nline 2 ü\n");
  expect(await read(id, node, "stderr")).toBe("to the other stream\n");
});

test("of what does not exist the server says what is missing", async () => {
  const id = await dispatch(printing, server)(join(home, "gate"), 0);
  await getResult(id, { ...server, wait: true });
  const node = await nodeNamed(id, "printLines");
  const missing = await fetch(addressOf(id, node, "stdout", 7));
  expect(missing.status).toBe(404);
  expect(await missing.json()).toMatchObject({ code: "ATTEMPT_NOT_FOUND" });
  expect((await fetch(`${server.url}/api/v2/events?printed=nonsense`)).status).toBe(422);
  const empty = await fetch(addressOf(id, node, "stdout", 1));
  expect({ status: empty.status, text: await empty.text() }).toEqual({ status: 200, text: "" });
});

/** The stream of events beside which is told how much a node has printed. */
function follow(id: string, node: number) {
  const answer = fetch(`${server.url}/api/v2/events?printed=${id}:${node}`, { signal: stop.signal });
  const messages = answer.then(({ body }) => parseEvents(body as AsyncIterable<Uint8Array>));
  let told = { stdout: 0, stderr: 0 };
  return {
    /** Reads on until so many bytes have been told of. */
    async until(stream: "stdout" | "stderr", bytes: number): Promise<void> {
      while (told[stream] < bytes) {
        const { value, done } = await (await messages).next();
        if (done) throw new Error("the stream has ended");
        if (value.event === "printed") told = JSON.parse(value.data);
      }
    },
  };
}

function addressOf(id: string, node: number, stream: string, attempt: number): string {
  return `${server.url}/api/v2/dispatches/${id}/nodes/${node}/attempts/${attempt}/${stream}`;
}

async function read(id: string, node: number, stream: string, range?: string): Promise<string> {
  const answer = await fetch(addressOf(id, node, stream, 1), { headers: range ? { range } : {} });
  expect(answer.status).toBe(range === undefined ? 200 : 206);
  return answer.text();
}

async function nodeNamed(id: string, name: string): Promise<number> {
  const { nodes } = await getResult(id, server);
  const found = nodes.find((node) => node.name === name);
  if (found === undefined) throw new Error(`there is no node ${name}`);
  return found.id;
}
