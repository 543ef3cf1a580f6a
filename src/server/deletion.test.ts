import { expect, it } from "vitest";
import { streamedManifest } from "../../test/contract/api-manifest.ts";
import { testServer } from "../../test/contract/api-server.ts";

const host = "localhost";

it("a dispatch that is deleted is seen by nobody until it is brought back", async () => {
  await using server = await testServer();
  await server.listen();
  const { metadata } = await server.client().register(streamedManifest());
  const url = `/api/v2/dispatches/${metadata.dispatch_id}`;
  const put = (deleted: boolean) =>
    server.app.inject({ method: "PUT", url: `${url}/deleted`, headers: { host }, payload: { deleted } });
  const status = async () =>
    (await server.app.inject({ url: `${url}/summary`, headers: { host } })).statusCode;
  expect([(await put(true)).statusCode, await status()]).toEqual([200, 404]);
  expect((await put(true)).json().code).toBe("DISPATCH_NOT_FOUND");
  expect([(await put(false)).statusCode, await status()]).toEqual([200, 200]);
});

it("the database tells its revision and that nothing is to be done", async () => {
  await using server = await testServer();
  const answer = (await server.app.inject({ url: "/api/v2/database", headers: { host } })).json();
  expect(answer).toMatchObject({ pending: 0, problem: null, stalled: null, backups: [] });
  expect(answer.revision).toBe(answer.head);
});
