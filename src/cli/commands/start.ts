import type { Flag } from "../../config/config.ts";
import { type Started, startServer } from "../../daemon/start.ts";
import { runningServer, type ServerState } from "../../discovery/state-file.ts";
import { formatDuration } from "../../model/duration.ts";
import { CovalentError } from "../../model/errors.ts";
import { type CommandContext, configOf } from "../command-context.ts";

export interface StartOptions {
  readonly port?: string;
  readonly host?: string;
  readonly develop?: true;
  readonly workers?: string;
  readonly triggers: boolean;
  readonly triggersOnly?: true;
  readonly migrate?: true;
  readonly ignoreMigrations?: true;
  readonly cluster: boolean;
  readonly memPerWorker?: string;
  readonly threadsPerWorker?: string;
}

/** `covalent start` */
export async function start(context: CommandContext, options: StartOptions): Promise<undefined> {
  const flags = flagsOf(options);
  for (const note of notesOn(options)) context.terminal.note(`note: ${note}`);
  if (options.migrate) await migrateFirst(context);
  const began = performance.now();
  const started = await startServer({ env: context.env, flags });
  printStarted(context, started, performance.now() - began, flags);
}

/** `--migrate`. A server that runs already has a database that needs nothing. */
export async function migrateFirst(context: CommandContext): Promise<void> {
  if (runningServer(await configOf(context)) !== undefined) return;
  const { upgrade } = await import("./db/migrate.ts");
  await upgrade(context, { backup: true, onViolation: "refuse" });
}

/** The options as flags of the configuration. @throws {CovalentError} `USAGE` */
export function flagsOf(options: StartOptions): readonly Flag[] {
  if (options.triggersOnly && !options.triggers) {
    throw new CovalentError("USAGE", {
      reason: "--no-triggers and --triggers-only exclude each other",
      advice: "Give one of them, or none.",
    });
  }
  if (options.triggersOnly) {
    // docs/adr/0008
    throw new CovalentError("USAGE", {
      reason:
        "--triggers-only: triggers are observed by the server that runs their dispatches, and by no other",
      advice:
        'Start without it. What only another machine can see is observed there, by a program with the SDK: docs/triggers.md, "On another machine".',
    });
  }
  const flag = (name: string, key: string, value: string | undefined): Flag[] =>
    value === undefined ? [] : [{ name, key, value }];
  return [
    ...flag("--port", "dispatcher.port", options.port),
    ...flag("--host", "dispatcher.host", options.host),
    ...flag("--workers", "executors.local.workers", options.workers),
    ...flag("--no-triggers", "dispatcher.triggers", options.triggers ? undefined : "false"),
    ...flag("--develop", "sdk.log_level", options.develop && "debug"),
  ];
}

/** What the original's flags mean here. */
export function notesOn(options: StartOptions): readonly string[] {
  const idle = [
    options.cluster ? [] : ["--no-cluster"],
    options.memPerWorker === undefined ? [] : ["--mem-per-worker"],
    options.threadsPerWorker === undefined ? [] : ["--threads-per-worker"],
  ].flat();
  return [
    ...(idle.length === 0
      ? []
      : [`${idle.join(", ")}: there is no Dask cluster here; --workers says how many tasks run at once`]),
    ...(options.ignoreMigrations
      ? ["--ignore-migrations: a database of an older revision is never served; --migrate upgrades it first"]
      : []),
  ];
}

/** What `start` and `restart` say in the end. */
export function printStarted(
  { terminal }: CommandContext,
  { outcome, server }: Started,
  tookMs: number,
  asked: readonly Flag[],
): void {
  const { url, port, requestedPort, pid } = server;
  const { green, bold } = terminal.colors;
  const ignored =
    outcome === "started" ? [] : asked.filter((flag) => !isAppliedBy(server, flag)).map(asTyped);
  terminal.data({ outcome, server: { running: true, url, pid, port }, not_applied: ignored });
  if (outcome === "already-running") {
    terminal.print(`${green("✔")} The server is already running at ${bold(url)} (pid ${pid}).`);
    if (ignored.length > 0) {
      const given = ignored.join(" ");
      terminal.note(`note: ${given} was not applied; \`covalent restart ${given}\` does that`);
    }
    return;
  }
  terminal.print(
    `${green("✔")} The server is running at ${bold(url)} (pid ${pid}), ready after ${formatDuration(tookMs)}.`,
  );
  if (requestedPort === 0 || requestedPort === port) return;
  terminal.note(
    `note: port ${requestedPort} was already in use; the server took ${port}. Covalent's own clients find it;`,
  );
  terminal.note(
    `      for the Python SDK, \`covalent config set dispatcher.port ${port}\` (key dispatcher.port).`,
  );
}

/** Whether the server runs with that flag already. */
function isAppliedBy({ flags, port, requestedPort }: ServerState, { key, value }: Flag): boolean {
  if (key === "dispatcher.port" && [port, requestedPort].includes(Number(value))) return true;
  return flags.some((one) => one.key === key && one.value === value);
}

function asTyped({ name, value }: Flag): string {
  return name === "--develop" || name === "--no-triggers" ? name : `${name} ${value}`;
}
