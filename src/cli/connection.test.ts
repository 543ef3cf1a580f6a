import { expect, test } from "vitest";
import type { Client } from "../client/client.ts";
import { findDispatch } from "./connection.ts";

const A = "3f2a0000-0000-4000-8000-000000000001";
const B = "3f2b0000-0000-4000-8000-000000000002";

/** Two ids that begin alike are not to be had from a server: they are random. */
const client = (...ids: string[]): Pick<Client, "list"> => ({
  list: async () =>
    ({ dispatches: ids.map((dispatch_id) => ({ dispatch_id })) }) as unknown as ReturnType<Client["list"]>,
});

test("the beginning of an id is enough when it is the only one", async () => {
  expect(await findDispatch(client(A, B), "3F2A")).toBe(A);
  await expect(findDispatch(client(A, B), "3f2")).rejects.toMatchObject({
    code: "DISPATCH_AMBIGUOUS",
    hint: expect.stringContaining(`${A}, ${B}`),
  });
});

test("a whole id is not looked for, and no id at all is wrong usage", async () => {
  expect(await findDispatch(client(), A.toUpperCase())).toBe(A);
  await expect(findDispatch(client(A), " ")).rejects.toMatchObject({ code: "USAGE" });
});
