import type { Command } from "commander";
import type { Run } from "./command-context.ts";
import { addAlembicCommands } from "./db-alembic-commands.ts";
import { addBackupCommands } from "./db-backup-commands.ts";
import { optionValue, withMigrationOptions, withTarget, withYes } from "./db-options.ts";
import { addRevisionCommands } from "./db-revision-commands.ts";
import { EXAMPLES, examples } from "./examples.ts";

/** `covalent db …`: the commands about the database. Their code is imported when one of them is run. */
export function addDatabaseCommands(program: Command, run: Run): void {
  const db = program
    .command("db")
    .helpCommand(false)
    .summary("upgrade, back up and mend the database")
    .description("Upgrade, back up, look at and mend the database.")
    .addHelpText("after", examples(EXAMPLES.db));
  addMigrate(db, run);
  addRevisionCommands(db, run);
  addBackupCommands(db, run);
  addMending(db, run);
  addAlembicCommands(db, run);
}

function addMigrate(db: Command, run: Run): void {
  withMigrationOptions(db.command("migrate").summary("upgrade the database"))
    .description(
      "Upgrade the database to the newest revision. It is rehearsed on a copy and backed up first; either all of it succeeds or the file stays as it is.",
    )
    .option("--to <revision>", "stop at this revision", optionValue)
    .addHelpText("after", examples(EXAMPLES.dbMigrate))
    .action((options) =>
      run(async (context) => (await import("./commands/db/migrate.ts")).migrate(context, options)),
    );
}

function addMending(db: Command, run: Run): void {
  withTarget(db.command("doctor").summary("say what is wrong with the database, and what would help"))
    .description("Look at the database, read-only: what is wrong with it and what would be done about it.")
    .action((options) =>
      run(async (context) => (await import("./commands/db/doctor.ts")).doctor(context, options)),
    );
  withYes(db.command("repair").summary("mend what is not certain enough for `migrate`"))
    .description("Show how the database would be mended. With --apply it is done, after a backup.")
    .option("--apply", "do it")
    .action((options) =>
      run(async (context) => (await import("./commands/db/repair.ts")).repair(context, options)),
    );
  const quarantine = withTarget(db.command("quarantine").summary("rows that were kept aside"))
    .description("List the rows that `--on-violation=quarantine` has kept aside.")
    .action((options) =>
      run(async (context) => (await import("./commands/db/quarantine.ts")).listQuarantine(context, options)),
    );
  withYes(quarantine.command("restore"))
    .description("Put the rows back that the revision of the database permits.")
    .action((options) =>
      run(async (context) =>
        (await import("./commands/db/quarantine.ts")).restoreQuarantine(context, options),
      ),
    );
  const assets = db
    .command("assets")
    .helpCommand(false)
    .summary("the files that old dispatches refer to")
    .description("The files that old dispatches refer to.");
  withTarget(assets.command("scan"))
    .description(
      "Find out which of the files exist, and their sizes and digests. Can be interrupted and run again.",
    )
    .action((options) =>
      run(async (context) => (await import("./commands/db/assets.ts")).scanAssets(context, options)),
    );
}
