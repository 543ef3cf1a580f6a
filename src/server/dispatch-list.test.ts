import { afterAll, beforeAll, expect, it } from "vitest";
import { streamedManifest } from "../../test/contract/api-manifest.ts";
import { type TestServer, testServer } from "../../test/contract/api-server.ts";

let server: TestServer;

beforeAll(async () => {
  server = await testServer();
  await server.listen();
  for (const [name, nodes] of [
    ["banana", 3],
    ["Apple", 1],
    ["cherry", 2],
  ] as const) {
    const lines = streamedManifest({ name, nodes });
    const [header] = lines;
    if (header?.kind === "header") header.header.lattice.metadata.tags = [`Fruit-${name}`];
    await server.client().register(lines);
  }
});
afterAll(() => server[Symbol.asyncDispose]());

async function ask(path: string) {
  return (await server.app.inject({ url: path, headers: { host: "localhost" } })).json();
}

async function names(query: string): Promise<readonly string[]> {
  const { dispatches } = await ask(`/api/v2/dispatches?${query}`);
  return dispatches.map(({ name }: { readonly name: string }) => name);
}

it("dispatches are sorted by what is asked for, the newest first among equals", async () => {
  expect(await names("sort=name&order=asc")).toEqual(["Apple", "banana", "cherry"]);
  expect(await names("sort=nodes&order=desc")).toEqual(["banana", "cherry", "Apple"]);
  expect(await names("sort=status&order=asc")).toEqual(["cherry", "Apple", "banana"]);
  expect(await names("sort=created&order=asc")).toEqual(["banana", "Apple", "cherry"]);
});

it("the original's order by age goes on page by page", async () => {
  expect(await names("latest=false&count=2")).toEqual(["banana", "Apple"]);
  expect(await names("latest=false&count=2&offset=2")).toEqual(["cherry"]);
});

it("dispatches are found by a tag, and counted by status as they are found", async () => {
  expect(await names("search=fruit-b")).toEqual(["banana"]);
  expect(await ask("/api/v2/dispatch-counts")).toEqual({ by_status: { NEW_OBJECT: 3 } });
  expect(await ask("/api/v2/dispatch-counts?search=apple")).toEqual({ by_status: { NEW_OBJECT: 1 } });
});
