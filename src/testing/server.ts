import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "../config/config.ts";
import { serve } from "../daemon/serve.ts";
import type { Logger } from "../model/logger.ts";

export interface TestServer {
  /** Pass it to `dispatch` and `getResult`. */
  readonly url: string;
  /** Everything of the server lies in here: database, asset store, sockets. */
  readonly home: string;
  /** Stops the server and removes its home, unless the home was given. */
  close(): Promise<void>;
}

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
 * const server = await startServer();
 * afterAll(() => server.close());
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
 * test("the model is selected", () =>
 *   withServer(async ({ url }) => {
 *     const { status } = await dispatchSync(selectModel, { url })("data/co2.csv");
 *     expect(status).toBe("COMPLETED");
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
