import { once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestServer, testServer } from "../../test/contract/api-server.ts";

let server: TestServer;

beforeAll(async () => {
  server = await testServer({});
  await server.app.listen({ host: "127.0.0.1", port: 0 });
});
afterAll(() => server[Symbol.asyncDispose]());

test.each([
  ["that is no archive", "/api/v2/archives", "application/gzip", 422],
  ["that is too large", "/api/triggers/register", "application/json", 413],
])(
  "a client that sends all of a body %s before it reads the answer gets it",
  async (_, path, type, status) => {
    const { port } = server.app.server.address() as AddressInfo;
    const socket = connect(port, "127.0.0.1");
    socket.pause();
    const body = Buffer.alloc(30_000_000, "no archive ");
    const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n`;
    socket.write(head);
    const sent = new Promise<void>((resolve, reject) => {
      socket.write(body, (error) => (error ? reject(error) : resolve()));
    });
    await sent;
    const [answer] = await once(socket.resume(), "data");
    expect(String(answer)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    socket.destroy();
  },
);
