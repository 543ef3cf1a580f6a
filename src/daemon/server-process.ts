import { setTimeout as delay } from "node:timers/promises";
import { pino } from "pino";
import { type Config, type Flag, loadConfig } from "../config/config.ts";
import { realPath } from "../discovery/real-path.ts";
import { CovalentError } from "../model/errors.ts";
import { VERSION } from "../version.ts";
import { type Readiness, refusal } from "./readiness.ts";
import { type RunningServer, serve } from "./serve.ts";
import { type Claimed, claimForServer } from "./server-claim.ts";

const flags: readonly Flag[] = JSON.parse(process.argv[2] ?? "[]");

/** Synchronous, so that the last line before a crash is in the file. */
const destination = pino.destination({ dest: 1, sync: true });
const logger = pino({ level: "info", base: { pid: process.pid } }, destination);

process.on("uncaughtException", (error) => {
  logger.fatal(
    { err: error },
    "the server broke and ends; what was running will be taken up by the next one",
  );
  process.exit(1);
});

try {
  await run(loadConfig({ env: process.env, flags }));
} catch (error) {
  logger.fatal({ err: error }, "the server could not start");
  await tell(refusal(error));
  process.exit(1);
}

async function run(config: Config): Promise<void> {
  if (config.values.sdk.log_level === "debug") logger.level = "debug";
  assertServable(config);
  // The directory it was started in may be removed while it runs.
  process.chdir(config.values.dispatcher.cache_dir);
  // Before the database is opened. There is nothing to release: the claim ends with the process, after all else has ended.
  const claimed = claimForServer(config);
  const server = await serve(config, logger);
  stopWhenAsked(server, config.values.dispatcher.stop_grace * 1_000);
  publish(claimed, config, server);
  logger.info(
    { url: server.url, version: VERSION, database: config.values.dispatcher.db_path },
    "the server is ready",
  );
  await tell({ kind: "ready" });
}

/** What this version cannot do, or must not. */
function assertServable(config: Config): void {
  const { host, token } = config.values.dispatcher;
  if (config.values.database.url !== "") {
    const alternative =
      "Unset COVALENT_DATABASE_URL and database.url; the SQLite database is dispatcher.db_path.";
    throw new CovalentError("NOT_YET", { feature: "another database than SQLite", alternative });
  }
  if (token !== "" || ["127.0.0.1", "::1", "localhost"].includes(host)) return;
  const advice = "Set COVALENT_TOKEN, or listen on 127.0.0.1.";
  throw new CovalentError("SERVER_START_FAILED", {
    reason: `listening on ${host} without a token is not safe`,
    advice,
  });
}

function publish(claimed: Claimed, config: Config, server: RunningServer): void {
  claimed.publish({
    url: server.url,
    host: config.values.dispatcher.host,
    port: server.port,
    requestedPort: config.values.dispatcher.port,
    startedAt: new Date().toISOString(),
    version: VERSION,
    database: realPath(config.values.dispatcher.db_path),
    flags: [...flags],
  });
}

/** Waits a while for running tasks, then ends. Asked a second time it waits no longer for them, a third time for nothing. */
function stopWhenAsked(server: RunningServer, graceMs: number): void {
  const again = Promise.withResolvers<void>();
  let asked = 0;
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    asked += 1;
    if (asked === 2) again.resolve();
    if (asked > 2) process.exit(1);
    if (asked > 1) return;
    logger.info({ signal, graceMs }, "the server stops and waits for running tasks");
    const drained = await Promise.race([
      server.drain().then(() => true),
      Promise.race([delay(graceMs), again.promise]).then(() => false),
    ]);
    logger.info({}, drained ? "nothing runs any more" : "tasks that still run go on without the server");
    await server.close();
    logger.info({}, "the server has stopped");
    process.exit(0);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}

/** Nobody may be listening any more, or never was: then the state file and the log say the same. */
function tell(message: Readiness): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected && process.send !== undefined)
      process.send(message, undefined, undefined, () => resolve());
    else resolve();
  });
}
