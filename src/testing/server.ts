import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "../config/config.ts";
import { serve } from "../daemon/serve.ts";
import type { Logger } from "../model/logger.ts";

/** A server of a test, see {@link startServer}. */
export interface TestServer {
  /** Pass it to `dispatch` and `getResult`. */
  readonly url: string;
  /** Everything of the server lies in here: database, asset store, sockets. */
  readonly home: string;
  /** Stops the server and removes its home, unless the home was given. */
  close(): Promise<void>;
}

/** How {@link startServer} starts a server; everything has a default. */
export interface TestServerOptions {
  /** How many tasks run at once; 2 when absent. */
  readonly workers?: number;
  /** Where the server's log goes; nowhere when absent. */
  readonly logger?: Logger;
  /** An existing home, e.g. to start a second server on the data of a first one. It is not removed. */
  readonly home?: string;
}

const SILENT: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/**
 * Starts a server of its own for tests: a free port, real workers, an empty database in a temporary home, nothing of the user's.
 *
 * @example
 * import { dispatchSync, electron, lattice } from "covalent-ts";
 * import { startServer } from "covalent-ts/testing";
 *
 * const one = electron(() => 1);
 * export const flow = lattice(() => one());
 *
 * const server = await startServer({ workers: 1 });
 * const { result } = await dispatchSync(flow, server)(); // 1
 * await server.close();
 */
export async function startServer(options: TestServerOptions = {}): Promise<TestServer> {
  const home = options.home ?? (await mkdtemp(join(tmpdir(), "covalent-test-")));
  const removeHome = async (): Promise<void> => {
    if (options.home === undefined) await rm(home, { recursive: true, force: true });
  };
  try {
    const server = await serve(testConfig(home, options.workers ?? 2), options.logger ?? SILENT);
    const close = () => server.close().finally(removeHome);
    return { url: server.url, home, close };
  } catch (error) {
    await removeHome();
    throw error;
  }
}

/**
 * Runs one test with a server of its own, see {@link startServer}.
 *
 * @example
 * import assert from "node:assert/strict";
 * import { test } from "node:test";
 * import { dispatchSync, electron, lattice } from "covalent-ts";
 * import { withServer } from "covalent-ts/testing";
 *
 * const one = electron(() => 1);
 * export const flow = lattice(() => one());
 *
 * test("the flow gives one", () =>
 *   withServer(async ({ url }) => {
 *     const { status, result } = await dispatchSync(flow, { url })();
 *     assert.deepEqual({ status, result }, { status: "COMPLETED", result: 1 });
 *   }));
 */
export async function withServer<T>(
  use: (server: TestServer) => Promise<T>,
  options: TestServerOptions = {},
): Promise<T> {
  const server = await startServer(options);
  try {
    return await use(server);
  } finally {
    await server.close();
  }
}

function testConfig(home: string, workers: number) {
  return loadConfig({
    env: { HOME: home },
    flags: [
      { name: "port", key: "dispatcher.port", value: "0" },
      { name: "workers", key: "executors.local.workers", value: String(workers) },
    ],
  });
}

function ignore(): void {}
