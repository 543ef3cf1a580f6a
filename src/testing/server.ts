import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "../config/config.ts";
import { serve } from "../daemon/serve.ts";
import type { Logger } from "../model/logger.ts";

export interface TestServer {
  /** Pass it to `dispatch` and `getResult`. */
  readonly url: string;
  /** Everything of the server lies in here: database, asset store, sockets. It is removed at the end. */
  readonly home: string;
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
 * Runs a server of its own for a test: a free port, real workers, an empty database in a temporary home, nothing of the user's.
 *
 * @example
 * test("the model is selected", () =>
 *   withServer(async ({ url }) => {
 *     const { status, result } = await dispatchSync(selectModel, { url })("data/co2.csv");
 *     expect(status).toBe("COMPLETED");
 *   }));
 */
export async function withServer<T>(
  use: (server: TestServer) => Promise<T>,
  options: TestServerOptions = {},
): Promise<T> {
  const home = options.home ?? (await mkdtemp(join(tmpdir(), "covalent-test-")));
  const config = loadConfig({
    env: { HOME: home },
    flags: [
      { name: "port", key: "dispatcher.port", value: "0" },
      { name: "workers", key: "executors.local.workers", value: String(options.workers ?? 2) },
    ],
  });
  try {
    const server = await serve(config, options.logger ?? SILENT);
    try {
      return await use({ url: server.url, home });
    } finally {
      await server.close();
    }
  } finally {
    if (options.home === undefined) await rm(home, { recursive: true, force: true });
  }
}

function ignore(): void {}
