import type { Flag } from "../../config/config.ts";
import { startServer } from "../../daemon/start.ts";
import { stopServer } from "../../daemon/stop.ts";
import { type CommandContext, configOf } from "../command-context.ts";
import { flagsOf, migrateFirst, notesOn, printStarted, type StartOptions } from "./start.ts";
import { stopNotices } from "./stop.ts";

/** `covalent restart`: flags given now replace those the server was started with. */
export async function restart(context: CommandContext, options: StartOptions): Promise<undefined> {
  const flags = flagsOf(options);
  for (const note of notesOn(options)) context.terminal.note(`note: ${note}`);
  const began = performance.now();
  const stopped = await stopServer(await configOf(context), stopNotices(context));
  if (options.migrate) await migrateFirst(context);
  const started = await startServer({ env: context.env, flags: merged(stopped?.flags ?? [], flags) });
  printStarted(context, started, performance.now() - began, flags);
}

function merged(before: readonly Flag[], now: readonly Flag[]): readonly Flag[] {
  return [...new Map([...before, ...now].map((flag) => [flag.key, flag])).values()];
}
