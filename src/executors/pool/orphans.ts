import { readdirSync, readFileSync } from "node:fs";
import { identifyProcess, signalProcess } from "../../process/process-identity.ts";
import type { WorkerHandle } from "./worker-handle.ts";

/** In the environment of a worker and of everything it starts: tells whose children they are when it is dead. */
export const WORKER_VARIABLE = "COVALENT_WORKER";

/**
 * Kills what a dead worker left in its process group. With its leader gone the group's number proves nothing, so each process
 * is known by the worker's id in its environment, and signalled one by one. Where there is no /proc nothing is killed.
 */
export function killOrphans(handle: WorkerHandle): void {
  for (const name of listProcesses()) {
    const pid = Number(name);
    if (!isOrphan(pid, handle)) continue;
    const identity = identifyProcess(pid);
    if (identity !== undefined) signalProcess(identity, "SIGKILL", false);
  }
}

function isOrphan(pid: number, { pid: group, worker }: WorkerHandle): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    if (stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2] !== String(group)) return false;
    return readFileSync(`/proc/${pid}/environ`, "latin1")
      .split("\0")
      .includes(`${WORKER_VARIABLE}=${worker}`);
  } catch {
    return false;
  }
}

function listProcesses(): readonly string[] {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}
