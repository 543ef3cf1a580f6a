import type { Command } from "commander";
import type { Run } from "./command-context.ts";
import { EXAMPLES, examples } from "./examples.ts";

/** The commands that take dispatches from one server to another. */
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
}
