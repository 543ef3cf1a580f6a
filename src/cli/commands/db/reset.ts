import { resetDatabase } from "../../../database/maintenance/reset.ts";
import type { CommandContext } from "../../command-context.ts";
import type { YesOption } from "./confirmation.ts";
import { observed } from "./observed.ts";
import { type TargetOptions, workOn } from "./target.ts";

/** `covalent db reset` */
export async function reset(context: CommandContext, options: TargetOptions & YesOption): Promise<undefined> {
  const { terminal } = context;
  const outcome = await observed(context, async (report, signal) =>
    resetDatabase({ ...(await workOn(context, options, report)), signal }),
  );
  terminal.data(outcome);
  if (outcome.kept !== null)
    terminal.print(
      `What was in the database is in the backup: \`covalent db restore ${outcome.kept}\` brings it back.`,
    );
  terminal.print("Migrations are up to date.");
}
