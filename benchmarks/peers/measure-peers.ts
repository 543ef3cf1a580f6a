import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FloorFigures } from "../dispatch/measure-floor.ts";
import { startPostgres, startRedis } from "./peer-servers.ts";

/** A peer's figures, in those of the floor. */
export interface PeerFigures extends FloorFigures {
  readonly name: string;
}

const FOLDER = fileURLToPath(new URL(".", import.meta.url));

const PEERS = [
  { name: "BullMQ flows on Redis", program: "bullmq.mjs", binary: "redis-server", start: startRedis },
  { name: "DBOS steps on Postgres", program: "dbos.mjs", binary: "postgres", start: startPostgres },
] as const;

/** Measures the peers whose servers are installed here, one after the other, and says which are not. */
export async function measurePeers(
  runs: number,
  say: (line: string) => void,
): Promise<readonly PeerFigures[]> {
  install();
  const measured: PeerFigures[] = [];
  for (const { name, program, binary, start } of PEERS) {
    if (spawnSync(binary, ["--version"]).status !== 0) {
      say(`${name}: not measured, there is no ${binary} in the PATH`);
      continue;
    }
    await using server = await start();
    const answer = execFileSync(process.execPath, [join(FOLDER, program), server.address, String(runs)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    });
    const figures = JSON.parse(answer.trim().split("\n").at(-1) ?? "") as FloorFigures;
    measured.push({ name, ...figures });
    say(`${name}: ${figures.rate.toFixed(0)} /s, a chain ${figures.each.toFixed(2)} ms a step`);
  }
  return measured;
}

function install(): void {
  if (existsSync(join(FOLDER, "node_modules"))) return;
  execFileSync("npm", ["install", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: FOLDER,
    stdio: ["ignore", 2, 2],
  });
}
