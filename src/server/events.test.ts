import { connect, type Socket } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { streamedManifest } from "../../test/contract/api-manifest.ts";
import { type TestServer, testServer } from "../../test/contract/api-server.ts";
import { parseEvents, type ServerSentEvent } from "../client/event-parser.ts";

let server: TestServer;
let url: string;
const stops: AbortController[] = [];

beforeEach(async () => {
  server = await testServer({ limits: { heartbeatMs: 50, slowReaderMs: 200, eventBufferBytes: 16_384 } });
  url = await server.listen();
});
afterEach(async () => {
  for (const stop of stops.splice(0)) stop.abort();
  await server[Symbol.asyncDispose]();
});

/** Follows the stream; `next` gives the next message that is no mere sign of life. */
async function follow(query = "", headers: Record<string, string> = {}) {
  const stop = new AbortController();
  stops.push(stop);
  const answer = await fetch(`${url}/api/v2/events?${query}`, { headers, signal: stop.signal });
  if (answer.body === null) throw new Error("the stream has no body");
  const messages = parseEvents(answer.body);
  return {
    async next(): Promise<ServerSentEvent> {
      for (;;) {
        const { value, done } = await messages.next();
        if (done) throw new Error("the stream has ended");
        if (value.data !== "") return value;
      }
    },
    sign: async () => (await messages.next()).value,
  };
}

interface Registered {
  readonly id: string;
  /** Makes `count` status changes in one commit; each is one event. */
  commit(count: number, reason?: string): Promise<void>;
}

async function registered(nodes = 2_000): Promise<Registered> {
  const { metadata } = await server.client().register(streamedManifest({ nodes, links: [] }));
  const id = metadata.dispatch_id;
  const stored = await server.database.journal.load(id);
  let done = 0;
  return {
    id,
    async commit(count, reason) {
      const nodesNow = stored?.nodes.slice(done, done + count) ?? [];
      done += count;
      await server.database.journal.commit(
        nodesNow.map((node) => ({
          kind: "node-status",
          dispatch: stored?.row ?? 0,
          dispatchId: id,
          node: node.row,
          nodeId: node.nodeId,
          status: "COMPLETED",
          at: Date.now(),
          ...(reason !== undefined && { reason }),
        })),
      );
    },
  };
}

it("tells what happens in order, each event under its sequence number", async () => {
  const { id, commit } = await registered();
  const stream = await follow();
  const ready = await stream.next();
  expect(ready.event).toBe("ready");
  await commit(1);
  await commit(2);
  const first = Number(ready.id) + 1;
  for (let index = 0; index < 3; index += 1) {
    const message = await stream.next();
    expect([message.event, message.id]).toEqual(["status", String(first + index)]);
    expect(JSON.parse(message.data)).toMatchObject({
      dispatchId: id,
      nodeId: index,
      status: "COMPLETED",
      sequence: first + index,
    });
  }
});

it("tells who wants no events of nodes how the dispatch itself does", async () => {
  const { id, commit } = await registered();
  const stream = await follow("nodes=false");
  await stream.next();
  await commit(2);
  await server.database.journal.claimStart(id, Date.now());
  expect(JSON.parse((await stream.next()).data)).toMatchObject({ dispatchId: id, status: "STARTING" });
});

it("resumes behind the last event that was seen, without a gap while more happens", async () => {
  const { commit } = await registered();
  await commit(1_500);
  const { latest } = server.database.events;
  const start = latest - 1_500;
  const stream = await follow(`after=${start}`, { "last-event-id": String(start + 10) });
  const more = commit(400);
  expect((await stream.next()).id).toBe(String(start + 10));
  for (let sequence = start + 11; sequence <= latest + 400; sequence += 1) {
    expect((await stream.next()).id).toBe(String(sequence));
  }
  await more;
});

it("tells only of the dispatches that were asked for, and moves on past the others", async () => {
  const [one, other] = [await registered(3), await registered(3)];
  const stream = await follow(`dispatch_id=${one.id}`);
  await stream.next();
  await other.commit(3);
  await one.commit(1);
  expect(JSON.parse((await stream.next()).data)).toMatchObject({ dispatchId: one.id });
  await other.commit(0);
  // A sign of life carries the number up to which there is nothing more to know.
  const sign = await stream.sign();
  expect(sign).toMatchObject({ data: "", id: String(server.database.events.latest) });
});

it("starts anew for a reader whose number it does not know", async () => {
  const { commit } = await registered();
  await commit(1);
  const { latest } = server.database.events;
  const stream = await follow("after=999999");
  const [reset, ready] = [await stream.next(), await stream.next()];
  // No message carries the strange number: resumed by, it would hide that there was a reset.
  expect([reset.event, reset.id, ready.event, ready.id]).toEqual([
    "reset",
    String(latest),
    "ready",
    String(latest),
  ]);
  await commit(1);
  expect((await stream.next()).id).toBe(String(latest + 1));
});

it("tells whoever asks of changes that are none of status, and how many there were", async () => {
  const { id } = await registered(1);
  const [all, plain] = [await follow("changes=true"), await follow()];
  const counted = async () => {
    for (;;) {
      const { event, data } = await all.next();
      if (event === "changes") return JSON.parse(data);
    }
  };
  const before = await counted();
  const put = (path: string, body: object) =>
    fetch(`${url}/api/v2/dispatches/${path}`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  for (const [path, body] of [
    [`${id}/paused`, { paused: true }],
    [`${id}/status`, { status: "CANCELLED", task_ids: [0] }],
  ] as const) {
    expect((await put(path, body)).ok).toBe(true);
    expect(await counted()).toEqual({ ...before, dispatches: ++before.dispatches });
  }
  await server.client().register(streamedManifest({ name: "not started" }));
  expect((await counted()).dispatches).toBe(before.dispatches + 1);
  expect((await plain.next()).event).toBe("ready");
  expect(
    await Promise.race([plain.next().then(({ event }) => event), plain.sign().then(() => "nothing")]),
  ).toBe("nothing");
});

it("holds no more than its bound of one huge commit for a reader, who misses none of it", async () => {
  let held = 0;
  let largest = 0;
  server.app.server.prependListener("request", (_, response) => {
    const write = response.write.bind(response);
    response.write = ((chunk: string) => {
      const flushed = write(chunk);
      largest = Math.max(largest, chunk.length);
      held = Math.max(held, response.writableLength);
      return flushed;
    }) as typeof response.write;
  });
  const { commit } = await registered(4_000);
  const stream = await follow();
  const first = Number((await stream.next()).id) + 1;
  await commit(4_000);
  for (let sequence = first; sequence < first + 4_000; sequence += 1) {
    expect((await stream.next()).id).toBe(String(sequence));
  }
  expect(largest).toBeLessThan(64 * 1024);
  expect(held).toBeLessThan(16_384 + 2 * 64 * 1024);
});

it("drops a reader that does not read, and holds no more for it than the limit", async () => {
  const { commit } = await registered(4_000);
  const { port } = new URL(url);
  const socket: Socket = connect(Number(port), "127.0.0.1");
  socket.write("GET /api/v2/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await new Promise((resolve) => socket.once("readable", resolve));
  const accepted = await connections();
  expect(accepted).toBeGreaterThan(0);
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.on("error", () => {});
  // Far more than the sockets' own buffers hold.
  for (let told = 0; told < 4_000; told += 200) await commit(200, "x".repeat(5_000));
  while ((await connections()) === accepted) await new Promise((resolve) => setTimeout(resolve, 10));
  socket.resume();
  await closed;
});

function connections(): Promise<number> {
  return new Promise((resolve, reject) => {
    server.app.server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  });
}
