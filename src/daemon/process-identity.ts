import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** A process beyond its pid, which is given to another one sooner or later: with the boot and the time it was started. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Differs after each boot of the machine. */
  readonly bootId: string;
  /** When the process started, in the system's own terms: only good for comparing. */
  readonly startTime: string;
}

/** The identity of a running process; `undefined` when there is none, or only what its parent has not collected yet. */
export function identify(pid: number): ProcessIdentity | undefined {
  const startTime = process.platform === "linux" ? linuxStartTime(pid) : psStartTime(pid);
  return startTime === undefined ? undefined : { pid, bootId: bootId(), startTime };
}

/** True when that very process still runs. */
export function isRunning(process: ProcessIdentity): boolean {
  const now = identify(process.pid);
  return now !== undefined && now.bootId === process.bootId && now.startTime === process.startTime;
}

/** The 22nd field of `stat`, in clock ticks since boot. The second is the program's name and may hold blanks and brackets. */
function linuxStartTime(pid: number): string | undefined {
  const stat = tryTo(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields === undefined || isDefunct(fields[0]) ? undefined : fields[19];
}

function psStartTime(pid: number): string | undefined {
  const line = tryTo(() => output("ps", "-o", "state=,lstart=", "-p", String(pid)));
  const [, state, startTime] = /^(\S+)\s+(.+)$/.exec(line ?? "") ?? [];
  return isDefunct(state?.[0]) ? undefined : startTime;
}

function isDefunct(state: string | undefined): boolean {
  return state === "Z" || state === "X";
}

function bootId(): string {
  const read = (): string =>
    process.platform === "linux"
      ? readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()
      : output("sysctl", "-n", "kern.bootsessionuuid");
  return tryTo(read) ?? "";
}

function output(command: string, ...args: readonly string[]): string {
  return execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
}

function tryTo<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
