import { checkSchema } from "../../../database/diagnosis/schema-check.ts";
import type { CommandContext } from "../../command-context.ts";
import { EXIT, type ExitCode } from "../../exit-code.ts";
import { type TargetOptions, targetOf } from "./target.ts";

/** `covalent db check`. Exit code 1 when the schema differs from its revision's. */
export async function check(context: CommandContext, options: TargetOptions): Promise<ExitCode> {
  const { terminal } = context;
  const outcome = await checkSchema((await targetOf(context, options)).path);
  terminal.data(outcome);
  const { revision, differences } = outcome;
  for (const { what } of differences) terminal.print(what);
  if (differences.length > 0) return EXIT.failed;
  terminal.print(`The schema is that of revision ${revision ?? "base"}.`);
  return EXIT.done;
}
