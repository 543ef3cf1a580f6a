import { checkSchema } from "../../../database/diagnosis/schema-check.ts";
import type { CommandContext } from "../../command-context.ts";
import { EXIT, type ExitCode } from "../../exit-code.ts";
import { type TargetOptions, targetOf } from "./target.ts";

/** `covalent db check`. Exit code 1 when the schema differs from its revision's, but for the order of columns. */
export async function check(context: CommandContext, options: TargetOptions): Promise<ExitCode> {
  const { terminal } = context;
  const outcome = await checkSchema((await targetOf(context, options)).path);
  terminal.data(outcome);
  const { revision, differences } = outcome;
  for (const { what } of differences) terminal.print(what);
  if (differences.some(({ kind }) => kind !== "order")) return EXIT.failed;
  const same = revision === null ? "The database is empty." : `The schema is that of revision ${revision}.`;
  terminal.print(same);
  return EXIT.done;
}
