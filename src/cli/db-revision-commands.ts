import type { Command } from "commander";
import type { Run } from "./command-context.ts";
import { withForce, withMigrationOptions, withTarget } from "./db-options.ts";

/** Where the database stands in the history of its schema, and going back in it. */
export function addRevisionCommands(db: Command, run: Run): void {
  const history = () => import("./commands/db/history.ts");
  withTarget(db.command("status").summary("show the database's revision and what is pending"))
    .description(
      "Show where the database is, its revision, how many steps are pending, and what is wrong with it, if anything. Exit code 1 for a database that `migrate` would refuse.",
    )
    .action((options) =>
      run(async (context) => (await import("./commands/db/status.ts")).status(context, options)),
    );
  withTarget(db.command("current").summary("print the database's revision"))
    .description(
      "Print the database's revision: the one that it really has. Exit code 1 when nobody can tell.",
    )
    .action((options) =>
      run(async (context) => (await import("./commands/db/status.ts")).current(context, options)),
    );
  withTarget(db.command("check").summary("compare the schema with what its revision should have"))
    .description("Compare the schema with what its revision should have. Exit code 1 when they differ.")
    .action((options) =>
      run(async (context) => (await import("./commands/db/check.ts")).check(context, options)),
    );
  db.command("heads")
    .summary("print the newest revision")
    .description("Print the newest revision that this program knows.")
    .option("--json", "print one JSON document")
    .action(() => run(async (context) => (await history()).heads(context)));
  withTarget(db.command("history").summary("list every revision"))
    .description("List every revision, newest first.")
    .option("-v, --verbose", "with what each of them does")
    .action((options) => run(async (context) => (await history()).history(context, options)));
  db.command("show <revision>")
    .summary("show what a revision does")
    .description("Show what a revision does. The beginning of its id is enough.")
    .option("--json", "print one JSON document")
    .action((revision: string) => run(async (context) => (await history()).show(context, revision)));
  withMigrationOptions(db.command("downgrade").summary("take the database back to an earlier revision"))
    .description(
      "Take the database back to an earlier revision. Says beforehand what that loses; `--plan` says it and does nothing.",
    )
    .argument("<revision>", "a revision, `base`, or `-N` for N steps")
    .action((revision: string, options) =>
      run(async (context) =>
        (await import("./commands/db/downgrade.ts")).downgrade(context, revision, options),
      ),
    );
  withForce(db.command("stamp").summary("write down a revision without changing anything else"))
    .description("Write down at which revision the database is, without changing its schema.")
    .argument("<revision>", "the revision that its schema has")
    .action((revision: string, options) =>
      run(async (context) => (await import("./commands/db/stamp.ts")).stamp(context, revision, options)),
    );
  db.command("sql")
    .summary("print the SQL of an upgrade or a downgrade")
    .description("Print the SQL of an upgrade or a downgrade; nothing is run.")
    .argument("<from:to>", "two revisions; `base` is the empty database, `head` the newest")
    .option("--json", "print one JSON document")
    .action((range: string) =>
      run(async (context) => (await import("./commands/db/sql.ts")).sql(context, range)),
    );
}
