import type { ServerAnswer } from "../../client/answers.ts";
import { createClient } from "../../client/client.ts";
import type { Config } from "../../config/config.ts";
import { counted } from "../../database/diagnosis/finding.ts";
import { HEAD } from "../../database/migration/history.ts";
import { type DatabaseStatus, databaseStatus } from "../../database/status.ts";
import { runningServer, type ServerState } from "../../discovery/state-file.ts";
import { CovalentError } from "../../model/errors.ts";
import { type CommandContext, configOf } from "../command-context.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Terminal } from "../output/terminal.ts";
import { isRefused } from "./db/status.ts";

/** A server that has not said how it does after this time hangs, or its machine does. */
const ANSWER_WITHIN_MS = 3_000;

type Database =
  | (DatabaseStatus & { readonly error: null })
  | { readonly url: string; readonly error: CovalentError };

/**
 * `covalent status`. What is known is shown, whatever else is broken: a server without a sound database, and one that does not
 * answer. Exit code 1 when one of these is so; a server that is stopped is no failure, nor is a database that only has to be
 * upgraded.
 */
export async function status(context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  const config = await configOf(context);
  const server = runningServer(config);
  const [answer, database] = await Promise.all([
    server && askServer(server, config),
    lookAtDatabase(server?.database ?? config.values.dispatcher.db_path),
  ]);
  terminal.data({ server: serverDocument(server, answer), database: databaseDocument(database) });
  terminal.print(`Server    ${serverLine(server, answer, terminal)}`);
  if (answer) for (const line of workLines(answer)) terminal.print(`          ${line}`);
  terminal.print(`Database  ${databaseLine(database, terminal)}`);
  for (const line of adviceLines(database)) terminal.print(`          ${line}`);
  const isHanging = server !== undefined && answer === undefined;
  return isHanging || database.error !== null || isRefused(database) ? EXIT.failed : EXIT.done;
}

/** `undefined` when it does not answer. */
async function askServer({ url }: ServerState, config: Config): Promise<ServerAnswer | undefined> {
  const { token } = config.values.dispatcher;
  const client = createClient({ url, ...(token === "" ? {} : { token }) });
  return client.server({ signal: AbortSignal.timeout(ANSWER_WITHIN_MS) }).catch(() => undefined);
}

async function lookAtDatabase(path: string): Promise<Database> {
  try {
    return { ...(await databaseStatus(path)), error: null };
  } catch (error) {
    if (!(error instanceof CovalentError)) throw error;
    return { url: `sqlite:///${path}`, error };
  }
}

function serverDocument(server: ServerState | undefined, answer: ServerAnswer | undefined): object {
  return {
    running: server !== undefined,
    answers: answer !== undefined,
    url: server?.url ?? null,
    pid: server?.pid ?? null,
    version: server?.version ?? null,
    started_at: server?.startedAt ?? null,
    active: answer?.active ?? null,
    executors: answer?.executors ?? null,
  };
}

function databaseDocument(database: Database): object {
  if (database.error === null) return database;
  const { code, message, hint = null } = database.error;
  return { url: database.url, revision: null, head: HEAD, pending: null, error: { code, message, hint } };
}

function serverLine(
  server: ServerState | undefined,
  answer: ServerAnswer | undefined,
  { colors }: Terminal,
): string {
  if (server === undefined) return `${colors.red("✖ stopped")}; start it with \`covalent start\``;
  const since = new Date(server.startedAt).toLocaleString("sv");
  const about = `at ${colors.bold(server.url)} (pid ${server.pid}, version ${server.version}, since ${since})`;
  if (answer !== undefined) return `${colors.green("✔ running")} ${about}`;
  return `${colors.yellow("! running, but it does not answer")} ${about}; see \`covalent logs\`, or \`covalent restart\``;
}

/** `1 dispatch under way`, `local: 2 running, 5 queued, 4 workers` */
function workLines({ active, executors }: ServerAnswer): readonly string[] {
  return [
    `${active} dispatch${active === 1 ? "" : "es"} under way`,
    ...Object.entries(executors).map(
      ([name, { running, queued, workers }]) =>
        `${name}: ${running} running, ${queued} queued, ${workers} worker${workers === 1 ? "" : "s"}`,
    ),
  ];
}

function databaseLine(database: Database, { colors }: Terminal): string {
  const { url } = database;
  if (database.error !== null) return `${colors.red("✖")} ${url}: ${database.error.message}`;
  const { revision, head, pending, problem } = database;
  if (problem !== null) {
    const mark = isRefused(database) ? colors.red("✖") : colors.yellow("!");
    return `${mark} ${url}: ${problem.what}`;
  }
  if (revision === null) return `${url}: none yet; the server creates it`;
  if (pending === 0) return `${colors.green("✔")} ${url} at revision ${revision}`;
  return `${colors.yellow("!")} ${url} at revision ${revision}, ${counted(pending ?? 0, "step")} behind ${head}; run \`covalent db migrate\``;
}

/** What to do about a database that is not as it should be. */
function adviceLines(database: Database): readonly string[] {
  if (database.error !== null) return [database.error.hint ?? ""].filter((line) => line !== "");
  const { problem } = database;
  if (problem === null) return [];
  return isRefused(database)
    ? ["`covalent db doctor` says more."]
    : [`\`covalent db migrate\` mends that: ${problem.action}.`];
}
