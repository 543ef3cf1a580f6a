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
  terminal.print("Migrations are up to date.");
}
