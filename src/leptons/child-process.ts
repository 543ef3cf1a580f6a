import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";

/** How a lepton's process ended. */
export interface ProcessEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * Starts a program as a child of this process and of its group, so that whoever ends the attempt ends it too. When `signal` aborts it is
 * told to terminate.
 *
 * @returns the process and its end, which comes when its pipes are closed as well
 * @throws the error of the system when it cannot be executed
 */
export async function startProcess(
  program: string,
  parameters: readonly string[],
  options: SpawnOptions,
  signal: AbortSignal,
): Promise<{ readonly child: ChildProcess; readonly ended: Promise<ProcessEnd> }> {
  signal.throwIfAborted();
  const child = spawn(program, parameters, options);
  // What it does not read any more is told by how it ends.
  for (const stream of child.stdio) stream?.on("error", () => undefined);
  const terminate = () => child.kill("SIGTERM");
  const { promise: ended, resolve } = Promise.withResolvers<ProcessEnd>();
  child.once("close", (exitCode, by) => {
    signal.removeEventListener("abort", terminate);
    resolve({ exitCode, signal: by });
  });
  await once(child, "spawn");
  if (signal.aborted) terminate();
  else signal.addEventListener("abort", terminate);
  return { child, ended };
}

/** How a process ended, to be put behind its name. */
export function describeEnd({ exitCode, signal }: ProcessEnd): string {
  return signal === null ? `ended with exit code ${exitCode}` : `was ended by ${signal}`;
}

/** Why a program could not be started, for people. */
export function startFailure(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return "there is no such program";
  if (code === "EACCES") return "it may not be executed";
  if (code === "E2BIG") return "its arguments are too long for a command line";
  return message;
}
