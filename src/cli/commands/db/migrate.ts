import { type MigrateOptions as Migration, migrateDatabase } from "../../../database/maintenance/migrate.ts";
import type { MigrationOutcome } from "../../../database/maintenance/outcome.ts";
import type { CommandContext } from "../../command-context.ts";
import { type ExitCode, exitCodeOf } from "../../exit-code.ts";
import { printError } from "../../output/error.ts";
import type { YesOption } from "./confirmation.ts";
import { observed } from "./observed.ts";
import { printPlan } from "./plan-text.ts";
import { type TargetOptions, workOn } from "./target.ts";

/** The options of every command that changes the schema. */
export interface SchemaChangeOptions extends TargetOptions, YesOption {
  readonly plan?: true;
  readonly dryRun?: true;
  readonly backup: boolean;
  readonly onViolation: Migration["onViolation"];
}

export interface MigrateOptions extends SchemaChangeOptions {
  readonly to?: string;
}

/** `covalent db migrate` */
export function migrate(context: CommandContext, options: MigrateOptions): Promise<ExitCode | undefined> {
  return changeSchema(context, options, async (change) =>
    migrateDatabase({ ...change, ...(options.to === undefined ? {} : { to: options.to }) }),
  );
}

/** Runs a migration, up or down, and says how it went: what every command that changes the schema has in common. */
export async function changeSchema(
  context: CommandContext,
  options: SchemaChangeOptions,
  run: (change: Migration) => Promise<MigrationOutcome>,
): Promise<ExitCode | undefined> {
  try {
    const outcome = await observed(context, async (report, signal) =>
      run({
        ...(await workOn(context, options, report)),
        signal,
        dryRun: options.dryRun === true,
        planOnly: options.plan === true,
        backup: options.backup,
        onViolation: options.onViolation,
      }),
    );
    printOutcome(context, outcome);
    return undefined;
  } catch (error) {
    printError(context.terminal, error, context.debug, "There was an issue running migrations.");
    return exitCodeOf(error);
  }
}

function printOutcome({ terminal }: CommandContext, outcome: MigrationOutcome): void {
  terminal.data(outcome);
  const { performed, steps, to } = outcome;
  if (performed === "planned") printPlan(terminal, outcome);
  else if (performed === "rehearsed")
    terminal.print("The rehearsal on a copy succeeded. The database was not touched.");
  else if (steps.some(({ direction }) => direction === "downgrade"))
    terminal.print(`The database is at revision ${to ?? "base"}.`);
  else terminal.print("Migrations are up to date.");
}
