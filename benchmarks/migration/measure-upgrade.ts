import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { text } from "node:stream/consumers";
import { covalentCommand } from "./covalent-command.ts";

export interface Upgrade {
  readonly tookMs: number;
  /** The most memory that the process held, threads included. */
  readonly peakBytes: number;
}

/** Upgrades a database with the real command, in a process of its own. */
export async function measureUpgrade(file: string): Promise<Upgrade> {
  const peak = `${file}.peak`;
  const recorder = new URL("record-peak.ts", import.meta.url).href;
  const [program, ...parameters] = covalentCommand("db", "migrate", "--database", file, "--json");
  const began = performance.now();
  const child = spawn(program, ["--import", recorder, ...parameters], {
    env: { ...process.env, COVALENT_BENCHMARK_PEAK: peak },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [[code], output] = await Promise.all([once(child, "close"), text(child.stdout)]);
  const tookMs = performance.now() - began;
  if (code !== 0) throw new Error(`\`covalent db migrate\` ended with exit code ${code}: ${output}`);
  const peakBytes = Number(readFileSync(peak, "utf8"));
  rmSync(peak);
  return { tookMs, peakBytes };
}
