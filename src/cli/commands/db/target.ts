import { join } from "node:path";
import type { Observer, WorkOptions } from "../../../database/maintenance/observer.ts";
import { realPath } from "../../../discovery/real-path.ts";
import { serverOfDatabase } from "../../../discovery/state-file.ts";
import { CovalentError } from "../../../model/errors.ts";
import { type CommandContext, configOf } from "../../command-context.ts";
import { commandOptionsFor } from "../../db-terminal.ts";
import { createConfirm, type YesOption } from "./confirmation.ts";

/** What every command about a database takes. */
export interface TargetOptions {
  readonly database?: string;
}

type Target = Required<Pick<WorkOptions, "path" | "serverRunning" | "backupsKept" | "commandOptions">> & {
  /** Where the asset store is. */
  readonly store: string;
};

/** The database that a command is about: the configured one, or the one that is given. */
export async function targetOf(context: CommandContext, { database }: TargetOptions): Promise<Target> {
  const flags =
    database === undefined ? [] : [{ name: "--database", key: "dispatcher.db_path", value: database }];
  const config = await configOf(context, flags);
  const { values } = config;
  if (values.database.url !== "" && database === undefined) {
    const alternative =
      "Unset COVALENT_DATABASE_URL and database.url; the SQLite database is dispatcher.db_path.";
    throw new CovalentError("NOT_YET", { feature: "another database than SQLite", alternative });
  }
  // Backups, working copies and the server's claim lie beside the file itself, not beside a link to it.
  const path = realPath(values.dispatcher.db_path);
  return {
    path,
    store: join(values.dispatcher.results_dir, "assets"),
    backupsKept: values.database.backups_kept,
    commandOptions: commandOptionsFor(database),
    serverRunning: () => serverOfDatabase(config, path),
  };
}

type Work = WorkOptions & Target;

/** What work on the database is given: where it is, who is asked and who watches. */
export async function workOn(
  context: CommandContext,
  options: TargetOptions & YesOption,
  report: Observer,
): Promise<Work> {
  return { ...(await targetOf(context, options)), confirm: createConfirm(context, options), report };
}
