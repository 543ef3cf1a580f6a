import type { Command } from "commander";
import type { Run } from "./command-context.ts";
import { withForce, withMigrationOptions, withTarget } from "./db-options.ts";

/** `covalent db alembic …`: the original's spelling of the same commands, for those who have it in their fingers or scripts. */
export function addAlembicCommands(db: Command, run: Run): void {
  const load = () => import("./commands/db/alembic.ts");
  const history = () => import("./commands/db/history.ts");
  const status = () => import("./commands/db/status.ts");
  const alembic = db
    .command("alembic")
    .summary("the original's spelling of the commands about revisions")
    .description("The original's spelling of the commands about revisions.");
  withMigrationOptions(alembic.command("upgrade <revision>"))
    .description(
      "Upgrade to a revision: an id, its beginning, `head` or `+N`. A:B with --sql prints the SQL.",
    )
    .option("--sql", "print the SQL; nothing is run")
    .action((revision: string, options) =>
      run(async (context) => (await load()).upgrade(context, revision, options)),
    );
  withMigrationOptions(alembic.command("downgrade <revision>"))
    .description(
      "Downgrade to a revision: an id, its beginning, `base` or `-N`. A:B with --sql prints the SQL.",
    )
    .option("--sql", "print the SQL; nothing is run")
    .action((revision: string, options) =>
      run(async (context) => (await load()).downgrade(context, revision, options)),
    );
  withTarget(alembic.command("current"))
    .description("Print the database's revision.")
    .option("-v, --verbose", "accepted from the original")
    .action((options) => run(async (context) => (await status()).current(context, options)));
  alembic
    .command("heads")
    .description("Print the newest revision that this program knows.")
    .option("-v, --verbose", "accepted from the original")
    .option("--json", "print one JSON document")
    .action(() => run(async (context) => (await history()).heads(context)));
  withTarget(alembic.command("history"))
    .description("List every revision, newest first.")
    .option("-v, --verbose", "with what each of them does")
    .option("-i, --indicate-current", "accepted from the original: the current one is always marked")
    .action((options) => run(async (context) => (await history()).history(context, options)));
  alembic
    .command("show <revision>")
    .description("Show what a revision does.")
    .option("--json", "print one JSON document")
    .action((revision: string) => run(async (context) => (await history()).show(context, revision)));
  withForce(alembic.command("stamp <revision>"))
    .description("Write down at which revision the database is, without changing its schema.")
    .action((revision: string, options) =>
      run(async (context) => (await import("./commands/db/stamp.ts")).stamp(context, revision, options)),
    );
}
