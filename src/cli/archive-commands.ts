import type { Command } from "commander";
import type { Run } from "./command-context.ts";
import { EXAMPLES, examples } from "./examples.ts";

/** The commands that take dispatches from one server to another, and away. */
export function addArchiveCommands(program: Command, run: Run): void {
  const json = ["--json", "print one JSON document"] as const;
  program
    .command("export <id>")
    .summary("write all of a dispatch into one file")
    .description(
      "Write a dispatch that has ended into one file: nodes, attempts, inputs, results, logs and code, those of its sublattices included. The beginning of an id is enough.",
    )
    .option("-o, --output <file>", "the file (covalent-<id>.tar.gz when absent)")
    .option("--force", "overwrite it")
    .option(...json)
    .addHelpText("after", examples(EXAMPLES.export))
    .action((id: string, options) =>
      run(async (context) => (await import("./commands/export.ts")).exportDispatch(context, id, options)),
    );
  program
    .command("import <file>")
    .summary("read a dispatch from such a file")
    .description(
      "Read a dispatch that `covalent export` wrote. It keeps its id; one that is here already is left as it is. Nothing runs, and a file that is damaged imports nothing.",
    )
    .option(...json)
    .addHelpText("after", examples(EXAMPLES.import))
    .action((file: string) =>
      run(async (context) => (await import("./commands/import.ts")).importDispatch(context, file)),
    );
  program
    .command("purge [ids...]")
    .summary("remove deleted dispatches for good, and free their space")
    .description(
      "Remove dispatches for good: those that were deleted in the web UI, or the named ones, which have to have ended. What other dispatches or the cache use stays. Writing waits while the database is made smaller.",
    )
    .option("-y, --yes", "do not ask")
    .option(...json)
    .addHelpText("after", examples(EXAMPLES.purge))
    .action((ids: readonly string[], options) =>
      run(async (context) => (await import("./commands/purge.ts")).purge(context, ids, options)),
    );
}
