import type { AttemptMessage } from "./protocol.ts";

/** The directory or the environment that a task asked for cannot be had. */
export class SurroundingsError extends Error {
  override readonly name = "SurroundingsError";
}

/**
 * Gives a task its directory and its environment: the server's, plus its own, plus the ids of what it is part of.
 *
 * @returns what puts everything back that this call changed, and nothing that the task changed.
 * @throws {SurroundingsError} when the directory does not exist or may not be entered; nothing is changed then.
 */
export function enterSurroundings(
  attempt: Pick<AttemptMessage, "dispatchId" | "nodeId" | "env" | "workdir">,
): () => void {
  const directory = enterDirectory(attempt.workdir);
  const wanted = {
    ...attempt.env,
    COVALENT_DISPATCH_ID: attempt.dispatchId,
    COVALENT_NODE_ID: String(attempt.nodeId),
  };
  const changed = Object.entries(wanted).map(([name, value]) => {
    const before = process.env[name];
    process.env[name] = value;
    return { name, value, before };
  });
  return () => {
    for (const { name, value, before } of changed) {
      // A variable that the task changed stays as it is, so that leftovers.ts sees it.
      if (process.env[name] !== value) continue;
      if (before === undefined) delete process.env[name];
      else process.env[name] = before;
    }
    const current = currentDirectory();
    // Gone: the task has removed its own directory, which it may.
    if (current === directory.entered || current === null) tryToEnter(directory.before);
  };
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
