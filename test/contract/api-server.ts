import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient } from "../../src/client/client.ts";
import { type Database, openDatabase } from "../../src/database/open.ts";
import type { Logger } from "../../src/model/logger.ts";
import { buildServer } from "../../src/server/app.ts";
import type { DispatcherControl } from "../../src/server/dispatcher-control.ts";
import type { ServerLimits } from "../../src/server/limits.ts";
import type { App } from "../../src/server/services.ts";
import type { SettingsControl } from "../../src/server/settings-control.ts";
import type { TriggerControl } from "../../src/server/trigger-control.ts";
import type { AssetStore } from "../../src/storage/asset-store.ts";
import { openLocalStore } from "../../src/storage/local-store.ts";

/** A server over a real database and store in a temporary directory; only its dispatcher does nothing but take notes. */
export interface TestServer extends AsyncDisposable {
  readonly app: App;
  readonly database: Database;
  readonly store: AssetStore;
  readonly directory: string;
  /** What the dispatcher was asked for. */
  readonly asked: string[];
  /** The addresses of the requests so far. */
  readonly requests: string[];
  /** What was logged as an error: nothing, unless the server is at fault. */
  readonly faults: string[];
  /** What was logged for those who look for a fault. */
  readonly remarks: string[];
  /** Listens, on the given port or a free one, and says where. */
  listen(port?: number): Promise<string>;
  readonly client: () => Client;
}

interface Parts {
  readonly database: Database;
  readonly store: AssetStore;
  readonly logger: Logger;
}

export interface TestServerOptions {
  readonly limits?: Partial<ServerLimits>;
  readonly host?: string;
  readonly token?: string;
  /** Makes a dispatcher that works, in place of the one that takes notes. */
  readonly dispatcher?: (parts: Parts) => DispatcherControl;
  /** Makes who observes triggers; nobody does without it. */
  readonly triggers?: (parts: Parts & { readonly dispatcher: DispatcherControl }) => TriggerControl;
  readonly settings?: SettingsControl;
  readonly logFile?: string;
  /** How long the store keeps what was used. */
  readonly settleMs?: number;
  /** Of an earlier server, to take up its data. It then belongs to the caller. */
  readonly directory?: string;
}

export async function testServer(options: TestServerOptions = {}): Promise<TestServer> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), "covalent-server-")));
  const database = await openDatabase({ path: join(directory, "covalent.sqlite"), durability: "process" });
  const { settleMs } = options;
  const store = await openLocalStore(join(directory, "assets"), settleMs === undefined ? {} : { settleMs });
  const asked: string[] = [];
  const faults: string[] = [];
  const remarks: string[] = [];
  const logger = faultLogger(faults, remarks);
  const requests: string[] = [];
  const { host = "127.0.0.1", token, limits = {}, settings, logFile } = options;
  let url = "http://localhost";
  const dispatcher = options.dispatcher?.({ database, store, logger }) ?? recorder(database, asked);
  const triggers = options.triggers?.({ database, store, logger, dispatcher });
  const app = buildServer({
    database,
    store,
    dispatcher,
    ...(triggers && { triggers }),
    ...(settings && { settings }),
    ...(logFile && { logFile }),
    version: "0.0.0-test",
    url: () => url,
    bound: { host, port: 0 },
    ...(token !== undefined && { token }),
    logger,
    limits,
    resultsDir: join(directory, "results"),
  });
  app.addHook("onRequest", async (request) => {
    requests.push(request.url);
  });
  await app.ready();
  return {
    app,
    database,
    store,
    directory,
    asked,
    requests,
    faults,
    remarks,
    async listen(port = 0) {
      await app.listen({ port, host: "127.0.0.1" });
      url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
      return url;
    },
    client() {
      return createClient({ url, ...(token !== undefined && { token }) });
    },
    async [Symbol.asyncDispose]() {
      await app.close();
      await database.close();
      if (options.directory === undefined) await rm(directory, { recursive: true });
    },
  };
}

function recorder(database: Database, asked: string[]): DispatcherControl {
  return {
    async start(dispatchId) {
      if (await database.journal.claimStart(dispatchId, Date.now())) asked.push(`start ${dispatchId}`);
    },
    async cancel(dispatchId, nodeIds = []) {
      asked.push(`cancel ${dispatchId} ${nodeIds.join(",")}`.trim());
    },
    async pause(dispatchId) {
      asked.push(`pause ${dispatchId}`);
    },
    async resume(dispatchId) {
      asked.push(`resume ${dispatchId}`);
    },
    health: () => ({ running: true, active: 0, executors: { local: { running: 0, queued: 0, workers: 2 } } }),
  };
}

function faultLogger(faults: string[], remarks: string[]): Logger {
  const quiet = (): void => {};
  return {
    debug: (_, message) => remarks.push(message ?? ""),
    info: quiet,
    warn: quiet,
    error: ({ err }, message) => faults.push(`${message}: ${err instanceof Error ? err.stack : String(err)}`),
  };
}
