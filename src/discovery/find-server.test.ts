import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findServer } from "./find-server.ts";

let HOME: string;
beforeEach(() => {
  HOME = mkdtempSync(join(tmpdir(), "covalent-find-"));
});
afterEach(() => rmSync(HOME, { recursive: true }));

test("is the configured server when the program names none", () => {
  expect(findServer({}, { HOME })).toEqual({ url: "http://localhost:48008" });
  expect(findServer({}, { HOME, COVALENT_SVC_PORT: "5000", COVALENT_TOKEN: "secret" })).toEqual({
    url: "http://localhost:5000",
    token: "secret",
  });
});

test("is what the program names, with the configured token unless it names one too", () => {
  const url = "http://box:1";
  expect(findServer({ url }, { HOME })).toEqual({ url });
  expect(findServer({ url }, { HOME, COVALENT_TOKEN: "secret" })).toEqual({ url, token: "secret" });
  expect(findServer({ url, token: "mine" }, { HOME, COVALENT_TOKEN: "secret" })).toEqual({
    url,
    token: "mine",
  });
});

test.each(["nonsense", "localhost:48008", "", 48008])(
  "a url that is none is refused by its name: %s",
  (url) => {
    expect(() => findServer({ url: url as string }, { HOME })).toThrow(
      expect.objectContaining({
        code: "INVALID_ARGUMENT",
        message: `the option url must be the address of a server such as "http://localhost:48008", not ${JSON.stringify(url)}`,
      }),
    );
  },
);
