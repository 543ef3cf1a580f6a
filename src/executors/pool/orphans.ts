import { readdirSync, readFileSync } from "node:fs";
import { identifyProcess, signalProcess } from "../../process/process-identity.ts";
import type { WorkerHandle } from "./worker-handle.ts";

/** In the environment of a worker and of everything it starts: tells whose children they are when it is dead. */
export const WORKER_VARIABLE = "COVALENT_WORKER";

/**
 * Kills what a dead worker left in its process group. With its leader gone the group's number proves nothing, so each process
 * is known by the worker's id in its environment, and signalled one by one. Where there is no /proc nothing is killed.
 *
 * @param where `"anywhere"`: what has gone into a group of its own as well (a detached child)
 */
export function killOrphans(handle: WorkerHandle, where: "group" | "anywhere" = "group"): void {
  for (const name of listProcesses()) {
    const pid = Number(name);
    if (where === "group" && !isInGroup(pid, handle.pid)) continue;
    if (!isOrphan(pid, handle)) continue;
    const identity = identifyProcess(pid);
    if (identity !== undefined) signalProcess(identity, "SIGKILL", false);
  }
}

function isInGroup(pid: number, group: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2] === String(group);
  } catch {
    return false;
  }
}

function isOrphan(pid: number, { worker }: WorkerHandle): boolean {
  try {
    const variables = readFileSync(`/proc/${pid}/environ`, "latin1").split("\0");
    return variables.includes(`${WORKER_VARIABLE}=${worker}`);
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
