import { stopServer } from "../../daemon/stop.ts";
import type { ServerState } from "../../discovery/state-file.ts";
import { type CommandContext, configOf } from "../command-context.ts";

/** `covalent stop` */
export async function stop(context: CommandContext, { now }: StopOptions): Promise<undefined> {
  const { terminal } = context;
  const stopped = await stopServer(await configOf(context), { now, ...stopNotices(context) });
  terminal.data({ stopped: stopped !== undefined, pid: stopped?.pid ?? null });
  if (stopped === undefined) terminal.print("The server was not running.");
  else terminal.print(`${terminal.colors.green("✔")} The server has stopped (pid ${stopped.pid}).`);
}

export interface StopOptions {
  readonly now?: boolean;
}

/** Says what is waited for, and that the server has to be killed. */
export function stopNotices({ terminal }: CommandContext): {
  readonly onWait: (server: ServerState, seconds: number) => void;
  readonly onKill: (server: ServerState) => void;
} {
  return {
    onWait: (_server, seconds) =>
      terminal.note(
        `Waiting up to ${seconds} s for running tasks; what takes longer goes on without the server.`,
      ),
    onKill: ({ pid }) =>
      terminal.note(
        `note: the server (pid ${pid}) does not end by itself and is killed; nothing committed is lost`,
      ),
  };
}
