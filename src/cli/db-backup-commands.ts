import type { Command } from "commander";
import type { Run } from "./command-context.ts";
import { withTarget, withYes } from "./db-options.ts";

/** Backups, and what is done with them. */
export function addBackupCommands(db: Command, run: Run): void {
  withTarget(db.command("backup").summary("back up the database"))
    .description("Back up the database while it is in use, and verify the backup.")
    .argument("[file]", "where to; a file in `backups/` beside the database when absent")
    .action((file: string | undefined, options) =>
      run(async (context) => (await import("./commands/db/backup.ts")).backup(context, file, options)),
    );
  withTarget(db.command("backups").summary("list the backups"))
    .description("List the backups, newest first.")
    .action((options) =>
      run(async (context) => (await import("./commands/db/backup.ts")).backups(context, options)),
    );
  withYes(db.command("restore").summary("put a backup in the place of the database"))
    .description("Put a backup in the place of the database. What it replaces becomes a backup itself.")
    .argument("<backup>", "a file, or `latest`")
    .action((backup: string, options) =>
      run(async (context) => (await import("./commands/db/restore.ts")).restore(context, backup, options)),
    );
  withYes(db.command("reset").summary("back up, delete and recreate the database"))
    .description("The last resort: back up the database, delete it and make an empty one.")
    .action((options) =>
      run(async (context) => (await import("./commands/db/reset.ts")).reset(context, options)),
    );
}
