import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TestServer, testServer } from "../../test/contract/api-server.ts";

let server: TestServer;
beforeEach(async () => {
  server = await testServer();
});
afterEach(() => server[Symbol.asyncDispose]());

const host = "localhost";

describe("every request", () => {
  it("passes the access check first, whatever it asks for", async () => {
    for (const url of ["/", "/api/v2/dispatches", "/nowhere", "/healthz"]) {
      expect((await server.app.inject({ url, headers: { host: "evil.example" } })).json().code, url).toBe(
        "FORBIDDEN_ORIGIN",
      );
    }
    const crossSite = await server.app.inject({
      method: "POST",
      url: "/api/v2/dispatches",
      headers: { host, origin: "https://evil.example" },
      payload: "{}",
    });
    expect(crossSite.statusCode).toBe(403);
  });

  it.each(["0.0.0.0", "127.0.0.1"])("needs the token that a server on %s has", async (bound) => {
    await using open = await testServer({ host: bound, token: "s3cret" });
    for (const url of ["/api/v2/server", "/api/v2/events", "/api/v2/dispatches?x", "/nowhere"]) {
      const answer = await open.app.inject({ url, headers: { host } });
      expect([answer.statusCode, answer.headers["www-authenticate"]], url).toEqual([401, "Bearer"]);
    }
    for (const url of ["/healthz", "/"])
      expect((await open.app.inject({ url, headers: { host } })).statusCode, url).toBe(200);
    const headers = { host, authorization: "Bearer s3cret" };
    expect((await open.app.inject({ url: "/api/v2/server", headers })).statusCode).toBe(200);
  });

  it("for something that does not exist, or cannot be read, is told so in one shape", async () => {
    const missing = await server.app.inject({ url: "/nowhere", headers: { host } });
    expect([missing.statusCode, missing.json().code]).toEqual([404, "ROUTE_NOT_FOUND"]);
    const badPath = await server.app.inject({ url: "/api/v0/files/%zz", headers: { host } });
    expect([badPath.statusCode, badPath.json().code]).toEqual([400, "INVALID_ARGUMENT"]);
    const badJson = await server.app.inject({
      method: "PUT",
      url: "/api/v2/dispatches/x/status",
      headers: { host, "content-type": "application/json" },
      payload: '{"status":',
    });
    expect([badJson.statusCode, badJson.json().code]).toEqual([400, "INVALID_ARGUMENT"]);
  });

  it("never makes the server share its secrets with other origins", async () => {
    const answer = await server.app.inject({ url: "/api/v2/server", headers: { host } });
    expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
  });
});

describe("the server", () => {
  it("says that it lives, that it is ready and what it is", async () => {
    expect((await server.app.inject({ url: "/healthz", headers: { host } })).json()).toEqual({
      status: "ok",
    });
    expect((await server.app.inject({ url: "/readyz", headers: { host } })).json()).toEqual({
      status: "ready",
    });
    expect((await server.app.inject({ url: "/api/v2/server", headers: { host } })).json()).toMatchObject({
      version: "0.0.0-test",
      revision: server.database.revision,
      executors: { local: { workers: 2 } },
    });
  });

  it("describes its routes", async () => {
    const { paths } = (await server.app.inject({ url: "/openapi.json", headers: { host } })).json();
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining([
        "/api/v2/dispatches",
        "/api/v2/dispatches/{dispatch_id}/status",
        "/api/v2/events",
        "/healthz",
      ]),
    );
  });

  it("has pages that run nothing but the server's own files", async () => {
    for (const url of ["/", "/dispatches/0", "/executors"]) {
      const page = await server.app.inject({ url, headers: { host } });
      expect(page.headers["content-type"], url).toMatch("text/html");
      expect(page.headers["content-security-policy"]).toMatch(/default-src 'none'; script-src 'self';/);
    }
  });

  it("gives nothing but the files of its UI, however they are asked for", async () => {
    for (const path of ["../package.json", "..%2fpackage.json", ".build", "assets/none.js", "a//b.js"]) {
      const answer = await server.app.inject({ url: `/ui/${path}`, headers: { host } });
      expect([answer.statusCode, answer.json().code], path).toEqual([404, "ROUTE_NOT_FOUND"]);
    }
  });

  it("closes promptly although clients keep their connections", async () => {
    const { port } = new URL(await server.listen());
    const socket = connect(Number(port), "127.0.0.1");
    socket.write("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await new Promise((resolve) => socket.once("data", resolve));
    const events = connect(Number(port), "127.0.0.1");
    events.write("GET /api/v2/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await new Promise((resolve) => events.once("data", resolve));
    const startedAt = performance.now();
    await Promise.all([server.app.close(), text(socket), text(events)]);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});
