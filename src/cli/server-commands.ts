import { type Command, Option } from "commander";
import type { Run } from "./command-context.ts";
import type { LogsOptions } from "./commands/logs.ts";
import type { StartOptions } from "./commands/start.ts";
import type { StopOptions } from "./commands/stop.ts";
import { EXAMPLES, examples } from "./examples.ts";

/** The commands about the server itself. Their code is imported when one of them is run. */
export function addServerCommands(program: Command, run: Run): void {
  withStartOptions(program.command("start").summary("start the server in the background"))
    .description(
      "Start the server in the background. Returns when it is ready; says so when one runs already.",
    )
    .addHelpText("after", examples(EXAMPLES.start))
    .action((options: StartOptions) =>
      run(async (context) => (await import("./commands/start.ts")).start(context, options)),
    );
  program
    .command("stop")
    .summary("stop the server; nothing is cancelled")
    .description(
      "Stop the server. It waits a few seconds for running tasks (dispatcher.stop_grace); longer ones go on, and the next server takes them up. Nothing is cancelled.",
    )
    .option("--now", "do not wait for running tasks")
    .option("--json", "print one JSON document")
    .action((options: StopOptions) =>
      run(async (context) => (await import("./commands/stop.ts")).stop(context, options)),
    );
  withStartOptions(program.command("restart").summary("stop the server and start it again"))
    .description(
      "Stop the server and start it again, with the flags it was started with unless others are given.",
    )
    .action((options: StartOptions) =>
      run(async (context) => (await import("./commands/restart.ts")).restart(context, options)),
    );
  program
    .command("status")
    .summary("show the server and the database")
    .description("Show whether the server runs, where, and in what state the database is.")
    .option("--json", "print one JSON document")
    .action(() => run(async (context) => (await import("./commands/status.ts")).status(context)));
  program
    .command("logs [id] [node]")
    .summary("print the server's log, or what a node of a dispatch printed")
    .description(
      "Print the server's log; or what a node of a dispatch printed, by the beginning of the dispatch's id and the id or name of the node.",
    )
    .option("-f, --follow", "go on printing what is added; of a node, until it has ended")
    .option("-n, --lines <count>", "only the last lines")
    .option("--attempt <number>", "of a node: what this attempt printed, not the last one")
    .option(
      "--server-timeout <duration>",
      "with -f: how long a server that went away is waited for (10m when absent)",
    )
    .option("--json", "NDJSON, one JSON object a line: the log as it is, or { attempt, stream, text }")
    .addHelpText("after", examples(EXAMPLES.logs))
    .action((id: string | undefined, node: string | undefined, options: LogsOptions) =>
      run(async (context) => (await import("./commands/logs.ts")).logs(context, { ...options, id, node })),
    );
  addConfig(program, run);
}

function withStartOptions(command: Command): Command {
  return command
    .option("-p, --port <port>", "listen on this port; 0 is any free one (dispatcher.port)")
    .option("--host <host>", "listen on this interface (dispatcher.host)")
    .option("-d, --develop", "log everything")
    .option("-n, --workers <count>", "how many tasks run at once on this machine (executors.local.workers)")
    .option("--no-triggers", "observe no triggers; those that are stored wait (dispatcher.triggers)")
    .option("--migrate", "upgrade the database first, if it needs that")
    .option("--ignore-migrations", "accepted from the original")
    .addOption(new Option("--triggers-only", "the original's; refused, with the reason").hideHelp())
    .addOption(new Option("--no-cluster", "accepted from the original").hideHelp())
    .addOption(new Option("-m, --mem-per-worker <size>", "accepted from the original").hideHelp())
    .addOption(new Option("-t, --threads-per-worker <count>", "accepted from the original").hideHelp())
    .option("--json", "print one JSON document");
}

function addConfig(program: Command, run: Run): void {
  const load = () => import("./commands/config.ts");
  const config = program
    .command("config")
    .summary("show or change the configuration")
    .description(
      "Show every value of the configuration and where it comes from: default, file, variable or flag.",
    )
    .option("--json", "print one JSON document")
    .addHelpText("after", examples(EXAMPLES.config))
    .action(() => run(async (context) => (await load()).showConfig(context)));
  config
    .command("get <key>")
    .description("Print one value.")
    .option("--json", "print one JSON document")
    .action((key: string) => run(async (context) => (await load()).getKey(context, key)));
  config
    .command("set <key> <value>")
    .description("Set one value in the file; the rest of the file stays as it is.")
    .option("--json", "print one JSON document")
    .action((key: string, value: string) =>
      run(async (context) => (await load()).setKey(context, key, value)),
    );
}
