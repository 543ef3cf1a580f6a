import { applyRepair, planRepair } from "../../../database/diagnosis/repair.ts";
import type { CommandContext } from "../../command-context.ts";
import { EXIT, type ExitCode } from "../../exit-code.ts";
import type { YesOption } from "./confirmation.ts";
import { printFindings } from "./finding-text.ts";
import { observed } from "./observed.ts";
import { type TargetOptions, targetOf, workOn } from "./target.ts";

export interface RepairOptions extends TargetOptions, YesOption {
  readonly apply?: true;
}

/** `covalent db repair [--apply]` */
export async function repair(context: CommandContext, options: RepairOptions): Promise<ExitCode> {
  return options.apply ? await apply(context, options) : await show(context, options);
}

/** Exit code 1 when a person has to decide something first. */
async function show(context: CommandContext, options: RepairOptions): Promise<ExitCode> {
  const { terminal } = context;
  const plan = await planRepair((await targetOf(context, options)).path);
  terminal.data(plan);
  printFindings(terminal, plan.findings);
  for (const statement of plan.statements) terminal.print(`\n${statement};`);
  if (!plan.possible) terminal.print("\nNothing can be repaired before that is decided.");
  else if (plan.statements.length === 0) terminal.print("There is nothing to repair.");
  else terminal.print("\nNothing was done. `covalent db repair --apply` does it, after a backup.");
  return plan.possible ? EXIT.done : EXIT.failed;
}

async function apply(context: CommandContext, options: RepairOptions): Promise<ExitCode> {
  const { terminal } = context;
  const outcome = await observed(context, async (report, signal) =>
    applyRepair({ ...(await workOn(context, options, report)), signal }),
  );
  terminal.data(outcome);
  const { statements, revision } = outcome;
  terminal.print(
    statements.length === 0
      ? "There is nothing to repair."
      : `${terminal.colors.green("✔")} Repaired. The database is at revision ${revision ?? "base"}; \`covalent db migrate\` goes on from there.`,
  );
  return EXIT.done;
}
