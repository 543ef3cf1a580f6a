import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * Which process a pid means. A pid alone is reused; together with the boot and the time the process started it is unique.
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** Changes with each start of the machine. */
  readonly bootId: string;
  /** Opaque, only good for comparing: clock ticks since the boot on Linux, a date on macOS. */
  readonly startTime: string;
}

/**
 * The process that has this pid now; `undefined` when none has, or only one that has ended and waits to be reaped.
 *
 * @throws the error of the system when it cannot be looked at, e.g. because no file descriptor is free
 */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  const startTime = process.platform === "linux" ? linuxStartTime(pid) : psStartTime(pid);
  return startTime === undefined ? undefined : { pid, bootId: bootId(), startTime };
}

/** True unless the very process that was identified has ended: not being able to look does not mean that it has. */
export function isAlive(identity: ProcessIdentity): boolean {
  try {
    return isSame(identity, identifyProcess(identity.pid));
  } catch {
    return true;
  }
}

/**
 * Signals a process, or with `group` the process group that it leads, when it is certainly still the one that was identified.
 *
 * @returns whether it was.
 */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals, group: boolean): boolean {
  try {
    if (!isSame(identity, identifyProcess(identity.pid))) return false;
    return process.kill(group ? -identity.pid : identity.pid, signal);
  } catch {
    // It cannot be looked at, or it ended between the look and the signal.
    return false;
  }
}

function isSame(identity: ProcessIdentity, now: ProcessIdentity | undefined): boolean {
  return now !== undefined && now.startTime === identity.startTime && now.bootId === identity.bootId;
}

let knownBootId: string | undefined;

/** The id of the machine's current boot. */
export function bootId(): string {
  knownBootId ??=
    process.platform === "linux"
      ? readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()
      : output("sysctl", "-n", "kern.bootsessionuuid");
  return knownBootId;
}

/** Field 22 of `stat`. The second one, the name in parentheses, may itself hold spaces and parentheses. */
function linuxStartTime(pid: number): string | undefined {
  const stat = whileItRuns(() => readFileSync(`/proc/${pid}/stat`, "latin1"));
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields === undefined || isDefunct(fields[0]) ? undefined : fields[19];
}

function psStartTime(pid: number): string | undefined {
  const line = whileItRuns(() => output("ps", "-o", "stat=,lstart=", "-p", String(pid)));
  const [, state, startTime] = /^(\S+)\s+(.+)$/.exec(line ?? "") ?? [];
  return isDefunct(state?.[0]) ? undefined : startTime;
}

function isDefunct(state: string | undefined): boolean {
  return state === "Z" || state === "X";
}

function output(command: string, ...args: readonly string[]): string {
  return execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
}

/**
 * A process that is not there has no file and no line. Any other error passes: not being able to look (no file descriptor is free)
 * does not mean that it has ended.
 */
function whileItRuns<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error || "status" in error)) throw error;
    // `ps` ends with status 1 when there is no such process.
    const isGone = "status" in error ? error.status === 1 : error.code === "ENOENT" || error.code === "ESRCH";
    if (isGone) return undefined;
    throw error;
  }
}
