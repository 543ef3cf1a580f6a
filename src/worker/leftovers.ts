import { openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { type Builtins, builtinsNow, replacedBuiltin } from "./builtins.ts";
import { environmentText } from "./environment.ts";
import { currentDirectory } from "./surroundings.ts";
import { findUnreferenced, forgetUnreferenced } from "./unreferenced.ts";

/**
 * What a task left behind. A process in which something of an earlier task still lives is not used for another one: a
 * forgotten timer or child would write into the next task's log, or change its directory under its feet.
 */
export interface Surroundings {
  readonly environment: string;
  readonly directory: string | null;
}

/** What lives in the process. Taken when a task's code is loaded: what a module sets up for good is no leftover of a task. */
export interface Belongings extends Processes {
  readonly resources: readonly string[];
  readonly listeners: string;
  /** See builtins.ts. */
  readonly builtins: Builtins;
}

interface Processes {
  readonly reaped: string;
  readonly children: ReadonlySet<string>;
}

export function noteSurroundings(): Surroundings {
  return { environment: environmentText(), directory: currentDirectory() };
}

/** What lives in the process now. What has been unref'd before is nothing to be found later. */
export function noteBelongings(): Belongings {
  forgetUnreferenced();
  return belongingsNow(processesNow());
}

/** What a look around after a task has found: what is left of it, in words, and what lives in the process now. */
export interface Found {
  /** `null` when nothing is left. */
  readonly left: string | null;
  readonly now: Belongings;
}

/** Milliseconds. Node takes longer to start a process, hundreds of times as long as to look for one takes. */
const FASTEST_SPAWN_MS = 0.2;

/**
 * Looks for what was not there before. When nothing is left, `now` may stand for {@link noteBelongings} as long as no other code runs.
 *
 * @param ranMs for how long other code than the worker's own may have run since
 */
export function findLeftovers(around: Surroundings, before: Belongings, ranMs: number): Found {
  const now = belongingsNow(ranMs < FASTEST_SPAWN_MS ? before : processesNow());
  return { left: leftOf(around, before, now), now };
}

function belongingsNow({ reaped, children }: Processes): Belongings {
  const builtins = builtinsNow();
  return { resources: activeResources(), listeners: processListeners(), builtins, reaped, children };
}

function processesNow(): Processes {
  return { reaped: reapedChildren(), children: new Set(liveChildren()) };
}

function leftOf(around: Surroundings, before: Belongings, now: Belongings): string | null {
  const resources = added(before.resources, now.resources);
  if (resources.length > 0) return `active ${resources.join(", ")}`;
  const unreferenced = findUnreferenced();
  if (unreferenced.length > 0) return `unreferenced ${unreferenced.join(", ")}`;
  const replaced = replacedBuiltin(before.builtins, now.builtins);
  if (replaced !== undefined) return `another \`${replaced}\``;
  if (now.listeners !== before.listeners) return "listeners on `process`";
  if (currentDirectory() !== around.directory) return "another working directory";
  if (environmentText() !== around.environment) return "another environment";
  if ([...now.children].some((pid) => !before.children.has(pid))) return "child processes";
  // A child that has been waited for may have left children of its own, which still hold our output files.
  if (now.reaped !== before.reaped && groupMembers().some((pid) => !before.children.has(String(pid))))
    return "processes started by a child process";
  return null;
}

/** Requests on their way out, and not something that lives on; the worker's own connection makes them too. */
const TRANSIENT = new Set(["PipeConnectWrap", "WriteWrap", "SimpleWriteWrap", "ShutdownWrap", "TTYWrap"]);

function activeResources(): readonly string[] {
  return process.getActiveResourcesInfo().filter((type) => !TRANSIENT.has(type));
}

/** The types of which there are more than before. */
function added(before: readonly string[], now: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const type of now) counts.set(type, (counts.get(type) ?? 0) + 1);
  for (const type of before) counts.set(type, (counts.get(type) ?? 0) - 1);
  return [...counts].filter(([, count]) => count > 0).map(([type]) => type);
}

function processListeners(): string {
  return process
    .eventNames()
    .map((name) => `${String(name)}:${process.listenerCount(name)}`)
    .join();
}

const ownChildren = procReader(`/proc/self/task/${process.pid}/children`);

/** Pids of the main thread's children, none where the system does not tell. Sees children that were unref'd, too. */
function liveChildren(): readonly string[] {
  const pids = ownChildren();
  return pids === "" ? [] : pids.trim().split(" ");
}

const ownStat = procReader("/proc/self/stat");

/** Page faults of all children waited for: changes when there was one, whether it ran synchronously or not. */
function reapedChildren(): string {
  const fields = statFields(ownStat());
  return fields[8] ?? "";
}

/** Other processes of this process's group; none where there is no /proc. */
export function groupMembers(): readonly number[] {
  const pids = readdirOrEmpty("/proc")
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid);
  return pids.filter((pid) => {
    const [state, , group] = statFields(readOrEmpty(`/proc/${pid}/stat`));
    return group === String(process.pid) && state !== "Z";
  });
}

/** The fields behind the name, which is in parentheses and may itself hold spaces and parentheses. */
function statFields(stat: string): readonly string[] {
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

/** Reads a file of /proc again and again, "" where there is none. It stays open: this happens after every task. */
function procReader(path: string): () => string {
  const buffer = Buffer.allocUnsafe(4_096);
  let fd: number | undefined;
  try {
    fd = openSync(path, "r");
  } catch {
    return () => "";
  }
  return () => buffer.toString("latin1", 0, readSync(fd, buffer, 0, buffer.length, 0));
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

function readdirOrEmpty(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
