import { execFile } from "node:child_process";

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  /** Added to this process's environment. */
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs a program to its end, whatever its exit code. Rejects when it cannot be started or is killed. */
export function runProgram(
  command: string,
  parameters: readonly string[],
  { cwd, env }: RunOptions,
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    execFile(command, parameters, { cwd, env: { ...process.env, ...env } }, (error, stdout, stderr) => {
      if (error === null) resolve({ code: 0, stdout, stderr });
      else if (typeof error.code === "number") resolve({ code: error.code, stdout, stderr });
      else reject(error);
    });
  });
}
