import { request } from "node:http";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";
import { createClient } from "../../src/client/client.ts";
import { streamedManifest } from "../contract/api-manifest.ts";
import { testServer } from "../contract/api-server.ts";
import { killableServer } from "./killable-server.ts";

/** The file of a dispatch with many nodes, that has ended. */
async function archive(): Promise<{ readonly id: string; readonly bytes: Buffer }> {
  await using server = await testServer();
  await server.listen();
  const { metadata } = await server.client().register(streamedManifest({ nodes: 8_000 }));
  const id = metadata.dispatch_id;
  await server.database.journal.cancelUnstarted(id, Date.now(), "for the test");
  const url = `/api/v2/dispatches/${id}/archive`;
  const answer = await server.app.inject({ url, headers: { host: "localhost" } });
  return { id, bytes: answer.rawPayload };
}

test("of an import whose server is killed nothing is left, and it can be done again", async () => {
  const { id, bytes } = await archive();
  const server = await killableServer({ workers: 1 });
  onTestFinished(() => server.dispose());
  await server.start();
  const headers = { "content-type": "application/gzip" };
  const sending = request(`${server.url}/api/v2/archives`, { method: "POST", headers });
  sending.on("error", () => undefined);
  const ended = new Promise((resolve) => sending.once("close", resolve));
  // The rest never comes: it is killed in the middle, however fast it is.
  sending.write(bytes.subarray(0, bytes.length * 0.6));
  const electrons = () => countOf(server.databasePath, "electrons");
  await expect.poll(electrons, { timeout: 30_000 }).toBeGreaterThan(0);
  const client = createClient({ url: server.url });
  expect((await client.list({ count: 1 })).metadata.total).toBe(0);
  await server.kill();
  await ended;
  expect(countOf(server.databasePath, "lattices")).toBe(1);

  await server.start();
  for (const table of ["lattices", "electrons", "electron_dependency", "assets", "jobs", "attempts"])
    expect([table, countOf(server.databasePath, table)]).toEqual([table, 0]);
  const answer = await client.archives.import(pieces(bytes));
  expect(answer).toMatchObject({ dispatch_id: id, imported: true, nodes: 8_000 });
  expect((await client.summary(id)).status).toBe("CANCELLED");
});

async function* pieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function countOf(path: string, table: string): number {
  using connection = new DatabaseSync(path, { readOnly: true });
  return Number(connection.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n);
}
