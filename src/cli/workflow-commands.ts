import type { Command } from "commander";
import type { Run } from "./command-context.ts";
import { EXAMPLES, examples } from "./examples.ts";

const PRIORITY = [
  "--priority <number>",
  "in place of the lattice's: of what is ready, the highest goes first",
] as const;
const DEADLINE = [
  "--deadline <duration>",
  "in place of the lattice's: how long it may take, e.g. 2h; then it is FAILED",
] as const;

/** The commands about workflows. Their code is imported when one of them is run. */
export function addWorkflowCommands(program: Command, run: Run): void {
  const args = ["--args <json>", "the lattice's arguments, as a JSON array"] as const;
  const patience = [
    "--server-timeout <duration>",
    "how long a server that went away is waited for, e.g. 30s (10m when absent)",
  ] as const;
  const key = [
    "--idempotency-key <key>",
    "run nothing anew when a dispatch with this key is there: it is taken instead",
  ] as const;
  const json = ["--json", "print one JSON document"] as const;
  program
    .command("run <file[#name]>")
    .summary("run a workflow and watch it")
    .description("Run a lattice of a TypeScript or JavaScript file, show its progress, and print its result.")
    .option(...args)
    .option(...PRIORITY)
    .option(...DEADLINE)
    .option(...key)
    .option(...patience)
    .option(...json)
    .addHelpText("after", examples(EXAMPLES.run))
    .action((target: string, options) =>
      run(async (context) => (await import("./commands/run.ts")).run(context, target, options)),
    );
  program
    .command("dispatch <file[#name]>")
    .summary("start a workflow and return at once")
    .description("Start a lattice of a TypeScript or JavaScript file and print its dispatch id.")
    .option(...args)
    .option("--plan", "print what would run, and where, and start nothing; needs no server")
    .option(...PRIORITY)
    .option(...DEADLINE)
    .option(...key)
    .option(...json)
    .action((target: string, options) =>
      run(async (context) => (await import("./commands/dispatch.ts")).dispatch(context, target, options)),
    );
  program
    .command("preview <file[#name]>")
    .summary("look at a workflow's graph before it runs")
    .description(
      "Trace a lattice of a TypeScript or JavaScript file and show its graph in the web UI, whose address is printed. Nothing runs, and no dispatch is registered.",
    )
    .option(...args)
    .option("--no-open", "print the address and open no browser")
    .option(...json)
    .addHelpText("after", examples(EXAMPLES.preview))
    .action((target: string, options) =>
      run(async (context) => (await import("./commands/preview.ts")).preview(context, target, options)),
    );
  program
    .command("list")
    .summary("list dispatches")
    .description("List dispatches, newest first.")
    .option("--status <status>", "only those with this status")
    .option("--search <text>", "only those with this text in their name or id")
    .option("--limit <count>", "at most so many", "20")
    .option("--sublattices", "those that sublattices run as, too")
    .option(...json)
    .addHelpText("after", examples(EXAMPLES.list))
    .action((options) => run(async (context) => (await import("./commands/list.ts")).list(context, options)));
  program
    .command("show <id>")
    .summary("show a dispatch and its nodes")
    .description("Show a dispatch and its nodes. The beginning of an id is enough.")
    .option("--nodes <which>", "`all` shows the structural ones too (parameters, lists, fields)")
    .option(...json)
    .action((id: string, options) =>
      run(async (context) => (await import("./commands/show.ts")).show(context, id, options)),
    );
  program
    .command("result <id>")
    .summary("print a dispatch's result")
    .description("Print the result of a dispatch. The beginning of an id is enough.")
    .option("--wait", "wait until it has ended")
    .option(...patience)
    .option(...json)
    .addHelpText("after", examples(EXAMPLES.result))
    .action((id: string, options) =>
      run(async (context) => (await import("./commands/result.ts")).result(context, id, options)),
    );
  addRedispatchCommand(program, run);
  addControlCommands(program, run);
}

function addRedispatchCommand(program: Command, run: Run): void {
  program
    .command("redispatch <id>")
    .summary("run a dispatch again, as it was or with changes")
    .description(
      "Run a dispatch again and print the new id: as it was, or with what the options change. The earlier one stays as it is. The beginning of an id is enough.",
    )
    .option("--resume", "keep what has completed, run the rest")
    .option("--reuse", "the same, with changes: keep what they do not change")
    .option("--from <node>", "run this node, and what builds on it, again; keep the rest")
    .option("--args <json>", "other arguments, as a JSON array")
    .option("--file <file[#name]>", "the lattice as it is now, not as it was stored")
    .option("--replace <name=file#electron...>", "another electron in the place of all of that name")
    .option("--wait", "wait until the earlier dispatch has ended")
    .option(...PRIORITY)
    .option(...DEADLINE)
    .option("--idempotency-key <key>", "run nothing anew when a dispatch with this key is there")
    .option("--json", "print one JSON document")
    .addHelpText("after", examples(EXAMPLES.redispatch))
    .action((id: string, options) =>
      run(async (context) => (await import("./commands/redispatch.ts")).redispatch(context, id, options)),
    );
}

/** What is asked of a dispatch that runs. */
function addControlCommands(program: Command, run: Run): void {
  const json = ["--json", "print one JSON document"] as const;
  program
    .command("cancel <id>")
    .summary("cancel a dispatch or some of its nodes")
    .description(
      "Cancel a dispatch: what waits ends at once, what runs is killed, what is complete is kept. The beginning of an id is enough.",
    )
    .option(
      "--nodes <ids>",
      "only these nodes and what builds on them, e.g. 1,2 (`covalent show` lists them)",
    )
    .option("--wait", "wait until they have ended")
    .option(...json)
    .addHelpText("after", examples(EXAMPLES.cancel))
    .action((id: string, options) =>
      run(async (context) => (await import("./commands/cancel.ts")).cancel(context, id, options)),
    );
  program
    .command("pause <id>")
    .summary("let nothing new of a dispatch start")
    .description("Let nothing new of a dispatch start until `covalent resume`; what runs goes on.")
    .option(...json)
    .action((id: string) =>
      run(async (context) => (await import("./commands/pause.ts")).setPaused(context, id, true)),
    );
  program
    .command("resume <id>")
    .summary("let a paused dispatch go on")
    .description("Let a paused dispatch go on.")
    .option(...json)
    .action((id: string) =>
      run(async (context) => (await import("./commands/pause.ts")).setPaused(context, id, false)),
    );
}
