import { groupMembers } from "./leftovers.ts";

/** Milliseconds between looks at whether the children of a terminated task are gone. */
const CHILDREN_POLL_MS = 20;

interface ExitHooks {
  /** The process is about to end: the last chance to write down why. */
  beforeExit(code: number): void;
  isBusy(): boolean;
  /** Tells the task that it is to end; false when it does not listen. */
  stop(): boolean;
}

const reallyExit: unknown = Reflect.get(process, "reallyExit");

/**
 * Ends this process now, and with it every process it left in its group: nothing of a task outlives its worker, except what
 * made itself a process group of its own (`detached: true`).
 */
export function endProcess(code: number): never {
  if (groupMembers().length > 0) process.kill(-process.pid, "SIGKILL");
  Reflect.apply(reallyExit as (code: number) => never, process, [code]);
  throw new Error("unreachable: the process has ended");
}

/**
 * Lets `hooks` see every exit before it happens, `process.exit` of a task among them, and keeps SIGTERM from ending the process
 * before its children: the leader of the group must live until the last of them is gone, for only as long as it does is its
 * number certain to be ours, so that the server may follow with SIGKILL.
 */
export function interceptEnd(hooks: ExitHooks): void {
  Reflect.set(process, "reallyExit", (code: number | undefined) => {
    hooks.beforeExit(code ?? 0);
    endProcess(code ?? 0);
  });
  const onTerminate = () => {
    if (!hooks.isBusy()) endProcess(0);
    // A task that listens itself cleans up by itself; the server's patience is limited.
    if (process.listenerCount("SIGTERM") > 1) return;
    if (!hooks.stop() && groupMembers().length === 0) process.kill(process.pid, "SIGKILL");
    setTimeout(onTerminate, CHILDREN_POLL_MS).unref();
  };
  process.on("SIGTERM", onTerminate);
}
