import { dispatch, getResult, stopTriggers } from "covalent-ts";
import { startServer, type TestServer } from "covalent-ts/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ticking } from "./workflows/triggered.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ workers: 1 });
});
afterAll(() => server.close());

interface Listed {
  readonly dispatch_id: string;
  readonly redispatch_of: string | null;
}

async function read<T>(path: string): Promise<T> {
  return (await (await fetch(`${server.url}${path}`)).json()) as T;
}

async function triggers(query: string): Promise<readonly { readonly fired: number }[]> {
  return (await read<{ readonly triggers: [] }>(`/api/v2/triggers?${query}`)).triggers;
}

test("a lattice with a trigger is run when it fires, and run again each further time, until it is stopped", async () => {
  const id = await dispatch(ticking, server)(21);
  const first = await getResult(id, { ...server, wait: true });
  expect([first.status, first.result]).toEqual(["COMPLETED", 42]);
  const repetitions = async () => {
    const { dispatches } = await read<{ dispatches: readonly Listed[] }>("/api/v2/dispatches?count=100");
    return dispatches.filter((one) => one.redispatch_of === id);
  };
  await expect.poll(async () => (await repetitions()).length, { timeout: 20_000 }).toBeGreaterThan(0);
  expect(await stopTriggers(id, server)).toHaveLength(1);
  expect(await stopTriggers(id, server)).toEqual([]);
  const [again] = await repetitions();
  const second = await getResult(again?.dispatch_id ?? "", { ...server, wait: true });
  expect([second.status, second.result]).toEqual(["COMPLETED", 42]);
  expect(await triggers("observed=false")).toMatchObject([
    { dispatch_id: id, fired: (await repetitions()).length + 1 },
  ]);
});

test("dispatching with the same key again observes nothing twice", async () => {
  const options = { url: server.url, idempotencyKey: "once" };
  const id = await dispatch(ticking, options)(1);
  expect(await dispatch(ticking, options)(1)).toBe(id);
  expect(await triggers(`dispatch_id=${id}`)).toHaveLength(1);
  await stopTriggers(id, server);
});
