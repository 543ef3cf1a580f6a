/**
 * Puts the server together: database, asset store, executors, dispatcher and HTTP, each given what it needs and nothing more.
 * It is the only place that knows all of them.
 */
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import type { Config } from "../config/config.ts";
import { openDatabase } from "../database/open.ts";
import { DatabaseLooks } from "../database/row-looks.ts";
import { Dispatcher } from "../dispatcher/dispatcher.ts";
import type { Executor, Printing } from "../executors/executor.ts";
import { createLocalExecutor } from "../executors/local/local-executor.ts";
import { createPythonExecutor } from "../executors/python/python-executor.ts";
import { executorsByName } from "../executors/registry.ts";
import { CovalentError } from "../model/errors.ts";
import type { Logger } from "../model/logger.ts";
import { buildServer } from "../server/app.ts";
import { Changes, toldTriggers } from "../server/growth/changes.ts";
import { createSubDispatches } from "../server/registration/sub-dispatches.ts";
import { createTriggerLaunch } from "../server/registration/trigger-launch.ts";
import { openLocalStore } from "../storage/local-store.ts";
import { passwordsIn } from "../triggers/passwords.ts";
import { Triggers } from "../triggers/triggers.ts";
import { VERSION } from "../version.ts";
import { InputProcesses } from "./input-editing.ts";
import { logFileOf } from "./log-file.ts";
import { settingsOf } from "./settings.ts";

export interface RunningServer {
  /** Where clients and the web UI find it, e.g. `http://localhost:48008`. */
  readonly url: string;
  readonly port: number;
  /** True when the configured port was taken and this one was free. */
  readonly otherPort: boolean;
  /** Starts nothing more, and resolves when what runs has ended; requests go on being answered. */
  drain(): Promise<void>;
  /** Finishes what is being answered, lets running tasks go on, and closes the database. Nothing is cancelled. */
  close(): Promise<void>;
}

/** How many ports behind the configured one are tried. */
const PORTS_TRIED = 50;

/**
 * Starts the server in this process. It resolves when the server answers and the dispatches of an earlier one are taken up.
 *
 * @throws {CovalentError} when the database cannot be used, or no port is free
 */
export async function serve(config: Config, logger: Logger): Promise<RunningServer> {
  const { dispatcher: settings } = config.values;
  // Closed in reverse: requests end, then running work is let go, then the database is closed, whatever fails on the way.
  const open = new AsyncDisposableStack();
  try {
    let url = "";
    const parts = await openParts(config, logger, open, () => url);
    const dispatcher = open.adopt(
      new Dispatcher({
        ...parts,
        journal: parts.database.journal,
        subDispatches: subDispatchesOf(parts),
        logger,
        limits: config.values.limits,
      }),
      (it) => it.close(),
    );
    const passwordDirectory = join(settings.results_dir, "trigger-passwords");
    const changes = new Changes();
    const triggers = settings.triggers
      ? openTriggers({ ...parts, dispatcher, changes, logger, passwordDirectory }, open)
      : undefined;
    const bound = { host: settings.host, port: settings.port };
    const token = settings.token === "" ? {} : { token: settings.token };
    const resultsDir = settings.results_dir;
    const services = {
      ...parts,
      dispatcher,
      ...(triggers && { triggers }),
      printing: printingOf(parts.executors),
      changes,
      version: VERSION,
      url: () => url,
      bound,
      ...token,
      logger,
      resultsDir,
      pullRoots: settings.pull_roots,
      settings: settingsOf(config),
      inputEditing: open.use(new InputProcesses({ url: () => url, ...token })),
      logFile: logFileOf(config),
    };
    const app = open.adopt(buildServer(services), (it) => it.close());
    // The dispatches of an earlier server are listed before anybody can start more.
    const recovery = dispatcher.recover();
    const listening = listen(app, settings.host, settings.port).then((port) => {
      url = `http://${hostForClients(settings.host)}:${port}`;
      return port;
    });
    const [port] = await Promise.all([listening, recovery]);
    await triggers?.recover();
    return {
      url,
      port,
      otherPort: settings.port !== 0 && port !== settings.port,
      drain: async () => {
        await triggers?.close();
        await dispatcher.drain();
      },
      close: () => open.disposeAsync(),
    };
  } catch (error) {
    await open.disposeAsync();
    throw error;
  }
}

function printingOf(executors: ReadonlyMap<string, Executor>): ReadonlyMap<string, Printing> {
  return new Map(
    [...executors].flatMap(([name, { printing }]) => (printing === undefined ? [] : [[name, printing]])),
  );
}

function subDispatchesOf({ database, store }: Awaited<ReturnType<typeof openParts>>) {
  return createSubDispatches({ dispatches: database.dispatches, store });
}

/** Database, asset store and executors. */
async function openParts({ values }: Config, logger: Logger, open: AsyncDisposableStack, url: () => string) {
  const { dispatcher: settings, executors } = values;
  const { durability } = settings;
  const database = open.adopt(
    await openDatabase({
      path: settings.db_path,
      durability,
      onStall: (reason) => noteStall(logger, reason),
    }),
    (it) => it.close(),
  );
  const store = await openLocalStore(join(settings.results_dir, "assets"), { durability });
  const pool = (name: string) => ({
    directory: join(settings.cache_dir, "executors", name),
    stagingDirectory: store.stagingDirectory,
    pathOf: (digest: string) => store.pathOf(digest),
    workers: executors.local.workers,
    logger,
  });
  // Leptons ask for it by the name that the setting itself has in the environment.
  const env = { COVALENT_EXECUTORS_LOCAL_PYTHON: executors.local.python };
  const local = await createLocalExecutor({ ...pool("local"), env });
  const python = await createPythonExecutor({
    ...pool("python"),
    python: executors.local.python,
    workdir: executors.local.workdir,
    uniqueWorkdir: executors.local.create_unique_workdir,
    serverUrl: url,
    env: accessOf(settings.token),
  });
  return { database, store, executors: executorsByName([local, python]) };
}

/** By this the SDK inside a task, which registers a sublattice, is let in. */
function accessOf(token: string): Record<string, string> {
  if (token === "") return {};
  return { COVALENT_EXTRA_HEADERS: JSON.stringify({ Authorization: `Bearer ${token}` }) };
}

interface TriggerNeeds extends Awaited<ReturnType<typeof openParts>> {
  readonly dispatcher: Dispatcher;
  readonly changes: Changes;
  readonly logger: Logger;
  readonly passwordDirectory: string;
}

/** Triggers fire through the dispatcher, so they end before it. */
function openTriggers({ logger, ...needs }: TriggerNeeds, open: AsyncDisposableStack): Triggers {
  const rows = open.use(new DatabaseLooks());
  const triggers = new Triggers({
    triggers: toldTriggers(needs.database.triggers, needs.changes),
    launcher: createTriggerLaunch(needs),
    rows,
    passwords: passwordsIn(needs.passwordDirectory),
    logger,
  });
  return open.adopt(triggers, (it) => it.close());
}

function noteStall(logger: Logger, reason: string | undefined): void {
  if (reason === undefined) logger.info({}, "the database can be written again");
  else logger.warn({ reason }, "the database cannot be written; everything waits until it can");
}

/** Listens on the first free port from the configured one on. */
async function listen(app: FastifyInstance, host: string, first: number): Promise<number> {
  for (let port = first; port <= Math.min(first + PORTS_TRIED, 65_535); port++) {
    try {
      await app.listen({ host, port });
      const address = app.server.address();
      return typeof address === "object" && address !== null ? address.port : port;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
    }
  }
  throw new CovalentError("PORTS_TAKEN", { host, first, last: first + PORTS_TRIED });
}

/** An address that listens everywhere is reached by a name of this machine. */
function hostForClients(host: string): string {
  if (host === "127.0.0.1" || host === "0.0.0.0" || host === "::") return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}
