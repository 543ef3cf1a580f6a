import { databaseStatus } from "../../database/status.ts";
import { runningServer, type ServerState } from "../../discovery/state-file.ts";
import { type CommandContext, configOf } from "../command-context.ts";
import type { Terminal } from "../output/terminal.ts";

type DatabaseStatus = Awaited<ReturnType<typeof databaseStatus>>;

/** `covalent status` */
export async function status(context: CommandContext): Promise<undefined> {
  const config = await configOf(context);
  const server = runningServer(config);
  const database = await databaseStatus(server?.database ?? config.values.dispatcher.db_path);
  context.terminal.data({
    server: {
      running: server !== undefined,
      url: server?.url ?? null,
      pid: server?.pid ?? null,
      version: server?.version ?? null,
      started_at: server?.startedAt ?? null,
    },
    database: {
      url: database.url,
      revision: database.revision,
      head: database.head,
      pending: database.pending,
    },
  });
  context.terminal.print(`Server    ${serverLine(server, context.terminal)}`);
  context.terminal.print(`Database  ${databaseLine(database, context.terminal)}`);
}

function serverLine(server: ServerState | undefined, { colors }: Terminal): string {
  if (server === undefined) return `${colors.red("✖ stopped")}; start it with \`covalent start\``;
  const since = new Date(server.startedAt).toLocaleString("sv");
  return `${colors.green("✔ running")} at ${colors.bold(server.url)} (pid ${server.pid}, version ${server.version}, since ${since})`;
}

function databaseLine({ url, revision, head, pending }: DatabaseStatus, { colors }: Terminal): string {
  if (revision === null) return `${url}: none yet; the server creates it`;
  if (pending === 0) return `${colors.green("✔")} ${url} at revision ${revision}`;
  return `${colors.yellow("!")} ${url} at revision ${revision}, ${pending} step(s) behind ${head}; run \`covalent db migrate\``;
}
