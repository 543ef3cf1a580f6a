import { describe, expect, it } from "vitest";
import { accessCheck } from "./access.ts";

describe("on loopback", () => {
  const check = accessCheck({ host: "127.0.0.1", port: 48008 }, undefined);

  it.each(["localhost", "localhost:48008", "LOCALHOST:1", "127.0.0.1:48008", "[::1]:48008", "[::1]"])(
    "answers to the name %s",
    (host) => {
      expect(() => check({ host }, "/")).not.toThrow();
    },
  );

  it.each([
    undefined,
    "",
    "evil.example",
    "evil.example:48008",
    "localhost.evil.example",
    "127.0.0.1.evil",
    "localhost:x",
    "a:b:c",
  ])("refuses the name %s, which a page could have rebound", (host) => {
    expect(() => check({ host }, "/")).toThrowError(expect.objectContaining({ code: "FORBIDDEN_ORIGIN" }));
  });

  it("answers its own pages and no others", () => {
    const host = "localhost:9000";
    expect(() => check({ host, origin: "http://localhost:9000" }, "/")).not.toThrow();
    for (const origin of [
      "null",
      "https://evil.example",
      "http://localhost:9001",
      "http://127.0.0.1:9000",
      "https://localhost:9000",
    ]) {
      expect(() => check({ host, origin }, "/")).toThrowError(
        expect.objectContaining({ code: "FORBIDDEN_ORIGIN" }),
      );
    }
  });
});

describe.each([
  ["loopback", "127.0.0.1", "localhost:48008"],
  ["anything else", "0.0.0.0", "box"],
])("bound to %s, with a token", (_, bound, host) => {
  const check = accessCheck({ host: bound, port: 48008 }, "s3cret");

  it("demands it on everything but the sign of life and the page that asks for it", () => {
    expect(() => check({ host, authorization: "Bearer s3cret" }, "/api/v2/server")).not.toThrow();
    for (const route of ["/", "/healthz"]) expect(() => check({ host }, route)).not.toThrow();
    for (const authorization of [undefined, "Bearer ", "Bearer wrong", "s3cret", "Basic s3cret"]) {
      const headers = { host, ...(authorization !== undefined && { authorization }) };
      expect(() => check(headers, "/readyz")).toThrowError(expect.objectContaining({ code: "UNAUTHORIZED" }));
    }
  });
});

it("on loopback the token does not make up for a name that a page could have rebound", () => {
  const check = accessCheck({ host: "127.0.0.1", port: 48008 }, "s3cret");
  const headers = { host: "evil.example", authorization: "Bearer s3cret" };
  expect(() => check(headers, "/")).toThrowError(expect.objectContaining({ code: "FORBIDDEN_ORIGIN" }));
});

it.each([undefined, ""])("bound to anything else, it cannot be built with the token %o", (token) => {
  expect(() => accessCheck({ host: "0.0.0.0", port: 1 }, token)).toThrowError(/needs a token/);
});
