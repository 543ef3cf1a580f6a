import type { Command } from "commander";
import type { Run } from "./command-context.ts";
import type { TriggerListOptions } from "./commands/triggers.ts";
import { EXAMPLES, examples } from "./examples.ts";

/** `covalent triggers …`: what starts dispatches whenever something happens. Their code is imported when one of them is run. */
export function addTriggerCommands(program: Command, run: Run): void {
  const triggers = program
    .command("triggers")
    .helpCommand(false)
    .summary("what starts dispatches whenever something happens")
    .description("Triggers of the server: what starts dispatches whenever something happens.")
    .addHelpText("after", examples(EXAMPLES.triggers));
  const json = ["--json", "print one JSON document"] as const;
  triggers
    .command("ls")
    .summary("list triggers")
    .description("List triggers, newest first.")
    .option("--all", "those that were stopped, too")
    .option(...json)
    .action((options: TriggerListOptions) =>
      run(async (context) => (await import("./commands/triggers.ts")).listTriggers(context, options)),
    );
  triggers
    .command("fire <id>")
    .summary("start what a trigger starts, now")
    .description("Start what a trigger starts, now.")
    .option(...json)
    .action((id: string) =>
      run(async (context) => (await import("./commands/triggers.ts")).fireTrigger(context, id)),
    );
  triggers
    .command("pause <id>")
    .summary("observe a trigger no more for a while")
    .description("Observe a trigger no more until it is resumed. What happens meanwhile is not counted.")
    .option(...json)
    .action((id: string) =>
      run(async (context) => (await import("./commands/triggers.ts")).setTriggerPaused(context, id, true)),
    );
  triggers
    .command("resume <id>")
    .summary("observe a paused trigger again")
    .description("Observe a paused trigger again.")
    .option(...json)
    .action((id: string) =>
      run(async (context) => (await import("./commands/triggers.ts")).setTriggerPaused(context, id, false)),
    );
  triggers
    .command("stop <id>")
    .summary("observe a trigger no more")
    .description("Observe a trigger no more, or all those of a dispatch.")
    .option(...json)
    .action((id: string) =>
      run(async (context) => (await import("./commands/triggers.ts")).stopTrigger(context, id)),
    );
}
