import { readdirSync, readFileSync } from "node:fs";

/**
 * What processes have used so far, as /proc says. Its clock ticks a hundred times a second, so what is measured should take
 * longer than that.
 */
export interface Usage {
  /** Milliseconds of processor time, user and system, of all its threads. */
  readonly cpuMs: number;
  /** Bytes of memory that it has had at most. */
  readonly peakBytes: number;
}

const TICKS_PER_SECOND = 100;
/** `utime` and `stime`, counted behind the name. */
const USER_TICKS = 11;
const SYSTEM_TICKS = 12;

/** The usage of one process. Nothing where it has ended. */
export function usageOf(pid: number): Usage {
  const stat = textOf(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = Number(fields[USER_TICKS] ?? 0) + Number(fields[SYSTEM_TICKS] ?? 0);
  const peak = /^VmHWM:\s+(\d+) kB/m.exec(textOf(`/proc/${pid}/status`))?.[1];
  return { cpuMs: (ticks * 1_000) / TICKS_PER_SECOND, peakBytes: Number(peak ?? 0) * 1_024 };
}

/** The processes that a process has started and that still run. */
export function childrenOf(pid: number): readonly number[] {
  return threadsOf(pid).flatMap((thread) =>
    textOf(`/proc/${pid}/task/${thread}/children`).split(" ").filter(Boolean).map(Number),
  );
}

function threadsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
