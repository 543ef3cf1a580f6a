import { databaseStatus } from "../../../database/status.ts";
import type { CommandContext } from "../../command-context.ts";
import { type TargetOptions, targetOf } from "./target.ts";

/** `covalent db status` */
export async function status(context: CommandContext, options: TargetOptions): Promise<undefined> {
  const { terminal } = context;
  const database = await databaseStatus((await targetOf(context, options)).path);
  terminal.data(database);
  const { url, revision, head, pending } = database;
  terminal.print(`Database  ${url}`);
  terminal.print(`Revision  ${revision ?? "none yet"}`);
  terminal.print(`Head      ${head}`);
  terminal.print(
    `Pending   ${pending === 0 ? "nothing" : `${pending} step(s): run \`covalent db migrate\``}`,
  );
}

/** `covalent db current` */
export async function current(context: CommandContext, options: TargetOptions): Promise<undefined> {
  const { revision, head } = await databaseStatus((await targetOf(context, options)).path);
  context.terminal.data({ revision });
  if (revision !== null) context.terminal.print(revision === head ? `${revision} (head)` : revision);
}
