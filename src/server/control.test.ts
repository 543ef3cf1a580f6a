import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type TestServer, testServer } from "../../test/contract/api-server.ts";
import { node, register } from "../../test/contract/journal-manifest.ts";

let server: TestServer;

beforeEach(async () => {
  server = await testServer();
});

afterEach(() => server[Symbol.asyncDispose]());

async function put(path: string, payload: object) {
  const url = `/api/v2/dispatches/${path}`;
  const answer = await server.app.inject({ method: "PUT", url, headers: { host: "localhost" }, payload });
  return { status: answer.statusCode, body: answer.json() };
}

test("a cancel is answered in the original's words", async () => {
  const id = await register(server.database, { nodes: [node(0), node(1)] });
  expect(await put(`${id}/status`, { status: "CANCELLED" })).toEqual({
    status: 202,
    body: `Dispatch ${id} cancelled.`,
  });
  expect(await put(`${id}/status`, { status: "CANCELLED", task_ids: [0, 1] })).toEqual({
    status: 202,
    body: `Cancelled tasks [0, 1] in dispatch ${id}.`,
  });
  expect(server.asked).toEqual([`cancel ${id}`, `cancel ${id} 0,1`]);
});

test("a dispatch is paused and goes on, unless it has ended or there is none", async () => {
  const id = await register(server.database, { nodes: [node(0)] });
  expect(await put(`${id}/paused`, { paused: true })).toEqual({
    status: 202,
    body: { dispatch_id: id, paused: true },
  });
  await put(`${id}/paused`, { paused: false });
  expect(server.asked).toEqual([`pause ${id}`, `resume ${id}`]);
  await server.database.journal.cancelUnstarted(id, 1, "asked");
  expect((await put(`${id}/paused`, { paused: true })).body.code).toBe("DISPATCH_ENDED");
  expect((await put(`${randomUUID()}/paused`, { paused: true })).body.code).toBe("DISPATCH_NOT_FOUND");
  expect((await put(`${id}/paused`, { paused: "yes" })).status).toBe(422);
});

test("a summary says that a dispatch is paused or asked to end, until it has ended", async () => {
  const { journal, dispatches } = server.database;
  const id = await register(server.database, { nodes: [node(0)] });
  const dispatch = (await journal.load(id))?.row ?? -1;
  await journal.commit([
    { kind: "dispatch-paused", dispatch, paused: true },
    { kind: "cancel-requested", dispatch, nodes: "all" },
  ]);
  expect(await dispatches.summary(id)).toMatchObject({ paused: true, cancel_requested: true });
  await journal.cancelUnstarted(id, 1, "asked");
  expect(await dispatches.summary(id)).toMatchObject({ paused: false, cancel_requested: false });
});
