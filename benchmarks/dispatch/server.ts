import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { childrenOf, type Usage, usageOf } from "./process-usage.ts";

/** The built server as a process of its own, with two workers and a home that is thrown away. */
export interface BenchmarkServer {
  readonly url: string;
  usage(): ServerUsage;
  stop(): Promise<void>;
}

export interface ServerUsage {
  readonly server: Usage;
  readonly workers: readonly Usage[];
}

export type Durability = "process" | "power";

export interface ServerSettings {
  readonly durability: Durability;
  /** Where V8's profiles of the server and its workers go; none are made when absent. */
  readonly profiles?: string;
}

const COMMAND = fileURLToPath(new URL("../../bin/covalent.js", import.meta.url));
const WORKERS = "2";

const run = promisify(execFile);

/** Starts a server and resolves when it takes work. */
export async function startServer({ durability, profiles }: ServerSettings): Promise<BenchmarkServer> {
  const home = mkdtempSync(join(tmpdir(), "covalent-benchmark-"));
  const env = {
    PATH: process.env.PATH ?? "",
    HOME: home,
    COVALENT_CACHE_DIR: join(home, "cache"),
    COVALENT_DISPATCHER_DURABILITY: durability,
    ...(profiles !== undefined && { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profiles}` }),
  };
  const covalent = (...parameters: readonly string[]) =>
    run(process.execPath, [COMMAND, ...parameters], { env, cwd: home });
  await covalent("start", "--port", "0", "--workers", WORKERS);
  const { url, pid } = JSON.parse(readFileSync(join(home, "cache", "server.json"), "utf8")) as State;
  return {
    url,
    usage: () => ({ server: usageOf(pid), workers: childrenOf(pid).map(usageOf) }),
    stop: async () => {
      await covalent("stop");
      // Workers may still be closing their files.
      rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}

/** Where a server says it is. */
interface State {
  readonly url: string;
  readonly pid: number;
}
