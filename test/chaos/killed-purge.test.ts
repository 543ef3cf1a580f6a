import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";
import { createClient } from "../../src/client/client.ts";
import { largePayload, streamedManifest } from "../contract/api-manifest.ts";
import { killableServer } from "./killable-server.ts";

const NODES = 20_000;

test("a removal whose server is killed is finished by the next one, and takes nothing of others", async () => {
  const server = await killableServer({ workers: 1 });
  onTestFinished(() => server.dispose());
  await server.start();
  const client = createClient({ url: server.url });
  const payload = largePayload();
  const dispatched = async (nodes: number) => {
    const { metadata } = await client.register(streamedManifest({ nodes, refers: [payload.digest] }));
    await client.upload([payload]);
    await client.cancel(metadata.dispatch_id);
    return metadata.dispatch_id;
  };
  const [kept, removed] = [await dispatched(3), await dispatched(NODES)];
  const send = (method: string, path: string, body: unknown) =>
    fetch(server.url + path, {
      method,
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  await send("PUT", `/api/v2/dispatches/${removed}/deleted`, { deleted: true });
  const purge = send("POST", "/api/v2/trash/purge", { dispatch_ids: [removed] }).catch(() => undefined);
  const electrons = () => countOf(server.databasePath, "electrons");
  await expect.poll(electrons, { interval: 1, timeout: 30_000 }).toBeLessThan(NODES);
  await server.kill();
  await purge;
  expect(electrons()).toBeGreaterThan(3);

  await server.start();
  expect([electrons(), countOf(server.databasePath, "lattices")]).toEqual([3, 1]);
  expect(await send("POST", "/api/v2/trash/purge", {}).then((answer) => answer.json())).toMatchObject({
    dispatches: 0,
  });
  expect((await client.nodes(kept)).nodes).toHaveLength(3);
  expect(await client.asset(payload.digest)).toEqual(Buffer.from(payload.bytes));
  // Its own inputs, and the value of its first node.
  expect(countOf(server.databasePath, "assets")).toBe(2);
});

function countOf(path: string, table: string): number {
  using connection = new DatabaseSync(path, { readOnly: true });
  return Number(connection.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n);
}
