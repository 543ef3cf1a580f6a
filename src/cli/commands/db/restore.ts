import { restoreDatabase } from "../../../database/maintenance/restore.ts";
import { HEAD } from "../../../database/migration/history.ts";
import type { CommandContext } from "../../command-context.ts";
import type { YesOption } from "./confirmation.ts";
import { observed } from "./observed.ts";
import { type TargetOptions, workOn } from "./target.ts";

/** `covalent db restore FILE|latest` */
export async function restore(
  context: CommandContext,
  backup: string,
  options: TargetOptions & YesOption,
): Promise<undefined> {
  const { terminal } = context;
  const outcome = await observed(context, async (report, signal) =>
    restoreDatabase({ ...(await workOn(context, options, report)), signal, from: backup }),
  );
  terminal.data(outcome);
  const { restored, revision } = outcome;
  const where = revision === null ? "" : `, at revision ${revision}`;
  const next = revision === HEAD ? "" : " `covalent db migrate` upgrades it.";
  terminal.print(`${terminal.colors.green("✔")} ${restored} is the database again${where}.${next}`);
}
