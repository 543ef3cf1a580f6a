import { stopServer } from "../../daemon/stop.ts";
import type { ServerState } from "../../discovery/state-file.ts";
import { type CommandContext, configOf } from "../command-context.ts";

/** `covalent stop` */
export async function stop(context: CommandContext): Promise<undefined> {
  const { terminal } = context;
  const stopped = await stopServer(await configOf(context), { onKill: killNotice(context) });
  terminal.data({ stopped: stopped !== undefined, pid: stopped?.pid ?? null });
  if (stopped === undefined) terminal.print("The server was not running.");
  else terminal.print(`${terminal.colors.green("✔")} The server has stopped (pid ${stopped.pid}).`);
}

/** Says that the server has to be killed. */
export function killNotice({ terminal }: CommandContext): (server: ServerState) => void {
  return ({ pid }) =>
    terminal.note(
      `note: the server (pid ${pid}) does not end by itself and is killed; nothing committed is lost`,
    );
}
