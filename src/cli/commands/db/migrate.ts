import { type MigrateOptions as Migration, migrateDatabase } from "../../../database/maintenance/migrate.ts";
import type { MigrationOutcome } from "../../../database/maintenance/outcome.ts";
import { HEAD } from "../../../database/migration/history.ts";
import type { CommandContext } from "../../command-context.ts";
import { EXIT, type ExitCode, exitCodeOf } from "../../exit-code.ts";
import { printError } from "../../output/error.ts";
import type { Terminal } from "../../output/terminal.ts";
import type { YesOption } from "./confirmation.ts";
import { observed } from "./observed.ts";
import { printPlan } from "./plan-text.ts";
import { type TargetOptions, workOn } from "./target.ts";

/** The options of every command that changes the schema. */
export interface SchemaChangeOptions extends TargetOptions, YesOption {
  readonly plan?: true;
  readonly dryRun?: true;
  readonly backup: boolean;
  readonly onViolation: NonNullable<Migration["onViolation"]>;
  readonly orphans?: true;
}

export interface MigrateOptions extends SchemaChangeOptions {
  readonly to?: string;
}

type Change = (migration: Migration) => Promise<MigrationOutcome>;

/** `covalent db migrate` */
export function migrate(context: CommandContext, options: MigrateOptions): Promise<ExitCode | undefined> {
  const to = options.to === undefined ? {} : { to: options.to };
  return changeSchema(context, options, (migration) => migrateDatabase({ ...migration, ...to }));
}

/** Upgrades to head as a part of another command, which then has a document of its own to print. */
export async function upgrade(context: CommandContext, options: SchemaChangeOptions): Promise<void> {
  printOutcome(context.terminal, await perform(context, options, migrateDatabase), options);
}

/** Changes the schema, up or down, and says how it went. */
export async function changeSchema(
  context: CommandContext,
  options: SchemaChangeOptions,
  change: Change,
): Promise<ExitCode | undefined> {
  try {
    const outcome = await perform(context, options, change);
    context.terminal.data(outcome);
    printOutcome(context.terminal, outcome, options);
    return outcome.refusal === undefined ? EXIT.done : EXIT.failed;
  } catch (error) {
    printError(context.terminal, error, context.debug, "There was an issue running migrations.");
    return exitCodeOf(error);
  }
}

function perform(
  context: CommandContext,
  options: SchemaChangeOptions,
  change: Change,
): Promise<MigrationOutcome> {
  return observed(context, async (report, signal) =>
    change({
      ...(await workOn(context, options, report)),
      signal,
      dryRun: options.dryRun === true,
      planOnly: options.plan === true,
      backup: options.backup,
      onViolation: options.onViolation,
      orphans: options.orphans === true,
    }),
  );
}

function printOutcome(
  terminal: Terminal,
  outcome: MigrationOutcome,
  { onViolation }: SchemaChangeOptions,
): void {
  const { performed, to } = outcome;
  if (performed === "planned") printPlan(terminal, outcome);
  else if (performed === "rehearsed") {
    terminal.print("The rehearsal on a copy succeeded. The database was not touched.");
  } else {
    printRemoved(terminal, outcome, onViolation);
    terminal.print(to === HEAD ? "Migrations are up to date." : `The database is at ${to ?? "base"}.`);
  }
}

/** Rows that went, by table, where they can be seen, and how to get them back. */
function printRemoved(
  terminal: Terminal,
  { removed = {}, backup }: MigrationOutcome,
  onViolation: SchemaChangeOptions["onViolation"],
): void {
  const counts = Object.entries(removed).map(
    ([table, rows]) => `${rows.toLocaleString("en")} row(s) of ${table}`,
  );
  if (counts.length === 0) return;
  const way =
    onViolation === "quarantine"
      ? "Kept aside: {}.\n`covalent db quarantine` lists them. They come back when a later revision permits them (`covalent db migrate`), or with `covalent db quarantine restore`."
      : `Deleted: {}.\nThey are in the backup: \`covalent db restore ${backup}\` brings the database back as it was before.`;
  terminal.print(way.replace("{}", counts.join(", ")));
}
