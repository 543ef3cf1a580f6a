import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

/** What a command said, and how it ended. */
export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Milliseconds. */
  readonly took: number;
  /** The one JSON document of standard output; throws when it holds anything else. */
  json(): unknown;
}

/** The command line as a real process, in a home of its own. */
export interface CommandLine {
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  /** Runs a command to its end. */
  run(
    args: readonly string[],
    more?: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string },
  ): Promise<Ran>;
  /** Starts a command that does not end by itself. */
  start(args: readonly string[]): ChildProcessWithoutNullStreams;
  /** Stops the home's server, if there is one, and removes the home. */
  dispose(): Promise<void>;
}

/** A fresh home: no server, no database, no configuration. The server that `start` starts takes any free port, unless one is given. */
export function commandLine(port = 0): CommandLine {
  const home = mkdtempSync(join(tmpdir(), "covalent-cli-"));
  const env = { PATH: process.env.PATH ?? "", HOME: home, COVALENT_SVC_PORT: String(port), TZ: "UTC" };
  const start: CommandLine["start"] = (args) => spawn(process.execPath, [MAIN, ...args], { env, cwd: home });
  const run: CommandLine["run"] = (args, more = {}) =>
    ranToEnd(
      spawn(process.execPath, [MAIN, ...args], { env: { ...env, ...more.env }, cwd: more.cwd ?? home }),
    );
  return {
    home,
    env,
    run,
    start,
    dispose: async () => {
      const stopped = await run(["stop"]);
      rmSync(home, { recursive: true, force: true });
      if (stopped.code !== 0) throw new Error(`the server could not be stopped: ${stopped.stderr}`);
    },
  };
}

function ranToEnd(child: ChildProcessWithoutNullStreams): Promise<Ran> {
  const began = performance.now();
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) =>
      resolve({ code, stdout, stderr, took: performance.now() - began, json: () => JSON.parse(stdout) }),
    );
  });
}
