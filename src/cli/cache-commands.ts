import type { Command } from "commander";
import type { Run } from "./command-context.ts";
import type { CacheClearOptions, CacheListOptions } from "./commands/cache.ts";
import { EXAMPLES, examples } from "./examples.ts";

/** `covalent cache …`: the results that later dispatches may take over. Their code is imported when one of them is run. */
export function addCacheCommands(program: Command, run: Run): void {
  const cache = program
    .command("cache")
    .helpCommand(false)
    .summary("results that later dispatches may take over")
    .description("Results of electrons with the option `cache`, which later dispatches may take over.")
    .addHelpText("after", examples(EXAMPLES.cache));
  const name = ["--name <electron>", "only those of the electron with this name"] as const;
  const json = ["--json", "print one JSON document"] as const;
  cache
    .command("ls")
    .summary("list cached results")
    .description("List cached results, newest first.")
    .option(...name)
    .option("--limit <count>", "at most so many", "20")
    .option(...json)
    .action((options: CacheListOptions) =>
      run(async (context) => (await import("./commands/cache.ts")).listCache(context, options)),
    );
  cache
    .command("explain <id> <node>")
    .summary("say why a node's result was taken from the cache, or why not")
    .description("Say why a node's result was taken from the cache, or why not.")
    .option(...json)
    .action((id: string, node: string) =>
      run(async (context) => (await import("./commands/cache.ts")).explainCache(context, id, node)),
    );
  cache
    .command("clear")
    .summary("forget cached results")
    .description("Forget cached results; the dispatches they came from keep theirs.")
    .option(...name)
    .option("-y, --yes", "say yes beforehand; without a terminal nobody can be asked")
    .option(...json)
    .action((options: CacheClearOptions) =>
      run(async (context) => (await import("./commands/cache.ts")).clearCache(context, options)),
    );
}
