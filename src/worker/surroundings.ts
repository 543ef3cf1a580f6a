import { lend } from "./environment.ts";
import type { AttemptMessage } from "./protocol.ts";

/** The directory or the environment that a task asked for cannot be had. */
export class SurroundingsError extends Error {
  override readonly name = "SurroundingsError";
}

/** Variables of the environment with their values; `undefined` for one that is not set. */
export type Variables = ReadonlyMap<string, string | undefined>;

/** A task's directory and environment, while it has them. */
export interface Surrounded {
  /**
   * To be called when the task's code has been loaded for the first time in this process. Gives the task its directory and
   * variables again where a module has changed them.
   *
   * @returns what the modules have changed in the environment (as `dotenv` does): it belongs to this code's tasks from now on.
   */
  codeLoaded(): Variables;
  /** Puts everything back that was changed for the task, and nothing that the task changed. */
  leave(): void;
}

/**
 * Gives a task its directory and its environment: the server's, plus what its code sets when it is loaded, plus its own, plus
 * the ids of what it is part of.
 *
 * @param ofCode what {@link Surrounded.codeLoaded} returned for its code; `null` when that has yet to be loaded
 * @throws {SurroundingsError} when the directory does not exist or may not be entered; nothing is changed then.
 */
export function enterSurroundings(
  attempt: Pick<AttemptMessage, "dispatchId" | "nodeId" | "env" | "workdir">,
  ofCode: Variables | null,
): Surrounded {
  const directory = enterDirectory(attempt.workdir);
  const own = new Map<string, string | undefined>(Object.entries(attempt.env))
    .set("COVALENT_DISPATCH_ID", attempt.dispatchId)
    .set("COVALENT_NODE_ID", String(attempt.nodeId));
  const wanted = new Map([...(ofCode ?? []), ...own]);
  const before = new Map([...wanted.keys()].map((name) => [name, process.env[name]]));
  for (const [name, value] of wanted) lend(name, value);
  // Only then: copying the environment takes as long as a small task.
  const entered = ofCode === null ? { ...process.env } : {};
  return {
    codeLoaded() {
      const changed = changesSince(entered);
      for (const [name, value] of changed) {
        if (own.has(name)) {
          lend(name, own.get(name));
          continue;
        }
        before.set(name, entered[name]);
        wanted.set(name, value);
      }
      if (currentDirectory() !== directory.entered) tryToEnter(directory.entered);
      return changed;
    },
    leave() {
      for (const [name, value] of wanted) {
        // A variable that the task changed stays as it is, so that leftovers.ts sees it.
        if (process.env[name] === value) lend(name, before.get(name));
      }
      const current = currentDirectory();
      // Gone: the task has removed its own directory, which it may.
      if (current === directory.entered || current === null) tryToEnter(directory.before);
    },
  };
}

function changesSince(before: NodeJS.ProcessEnv): Variables {
  const names = new Set([...Object.keys(before), ...Object.keys(process.env)]);
  return new Map(
    [...names].filter((name) => process.env[name] !== before[name]).map((name) => [name, process.env[name]]),
  );
}

/** `null` when it has been removed. */
export function currentDirectory(): string | null {
  try {
    return process.cwd();
  } catch {
    return null;
  }
}

/** Where it fails, leftovers.ts finds this process in another directory. */
function tryToEnter(directory: string): void {
  try {
    process.chdir(directory);
  } catch {
    return;
  }
}

function enterDirectory(workdir: string | null): { readonly before: string; readonly entered: string } {
  const before = process.cwd();
  if (workdir === null || workdir === before) return { before, entered: before };
  try {
    process.chdir(workdir);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    const reason = missing ? "it does not exist on this machine" : (error as Error).message;
    throw new SurroundingsError(`the task cannot run in ${workdir}: ${reason}`, { cause: error });
  }
  return { before, entered: process.cwd() };
}
