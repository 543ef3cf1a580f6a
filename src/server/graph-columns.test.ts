import { expect, it } from "vitest";
import { streamedManifest } from "../../test/contract/api-manifest.ts";
import { testServer } from "../../test/contract/api-server.ts";

const host = "localhost";

it("a graph of more nodes than are read at once comes whole, in columns", async () => {
  await using server = await testServer();
  await server.listen();
  const { metadata } = await server.client().register(streamedManifest({ nodes: 2_500 }));
  const url = `/api/v2/dispatches/${metadata.dispatch_id}/graph`;
  const { words, nodes, links } = (await server.app.inject({ url, headers: { host } })).json();
  expect(nodes.id).toEqual(Array.from({ length: 2_500 }, (_, id) => id));
  expect([nodes.name, nodes.type, nodes.status].map((column) => words[column[2_499]])).toEqual([
    "task 2499",
    "function",
    "NEW_OBJECT",
  ]);
  expect([nodes.reason[0], nodes.started_at[0], links.source.length, links.target.at(-1)]).toEqual([
    -1,
    null,
    2_499,
    2_499,
  ]);
});

it("one node comes with the description of its assets, and one that is not there is told of", async () => {
  await using server = await testServer();
  await server.listen();
  const { metadata } = await server.client().register(streamedManifest({ nodes: 2 }));
  const ask = (node: number) =>
    server.app.inject({ url: `/api/v2/dispatches/${metadata.dispatch_id}/nodes/${node}`, headers: { host } });
  expect((await ask(1)).json().metadata).toMatchObject({ name: "task 1", executor: "local" });
  expect((await ask(2)).json().code).toBe("NODE_NOT_FOUND");
});
