import { expect, it } from "vitest";
import { streamedManifest } from "../../test/contract/api-manifest.ts";
import { testServer } from "../../test/contract/api-server.ts";
import type { ManifestLine } from "../model/manifest.ts";

const host = "localhost";

async function previewed(lines: readonly ManifestLine[] = streamedManifest()) {
  const server = await testServer();
  await server.listen();
  const get = (id: string) => server.app.inject({ url: `/api/v2/previews/${id}`, headers: { host } });
  const add = () => server.client().preview(lines);
  return { server, get, add, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

it("a graph can be looked at before it runs, and becomes no dispatch", async () => {
  await using preview = await previewed();
  const { preview_id } = await preview.add();
  const shown = (await preview.get(preview_id)).json();
  expect(shown).toMatchObject({
    name: "chain",
    graph: {
      nodes: { id: [0, 1, 2], sub_dispatch: [-1, -1, -1] },
      links: { source: [0, 1], target: [1, 2] },
    },
  });
  expect((await preview.server.client().list()).metadata.total).toBe(0);
  expect(preview.server.asked).toEqual([]);
});

it("the latest ones are kept, and of others it is said that they are gone", async () => {
  await using preview = await previewed();
  const { preview_id: first } = await preview.add();
  for (let count = 0; count < 20; count++) await preview.add();
  expect((await preview.get(first)).json()).toMatchObject({ code: "PREVIEW_NOT_FOUND" });
});

it("what would be no dispatch is refused in the same words", async () => {
  const loop = [
    [0, 1],
    [1, 0],
  ] as const;
  await using preview = await previewed(streamedManifest({ nodes: 2, links: loop }));
  await expect(preview.add()).rejects.toMatchObject({ code: "GRAPH_CYCLE" });
});
