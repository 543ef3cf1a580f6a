import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { text } from "node:stream/consumers";
import { covalentCommand } from "./covalent-command.ts";
import type { Usage } from "./record-usage.ts";

export interface Upgrade extends Usage {
  readonly tookMs: number;
}

/** Upgrades a database with the real command, in a process of its own. */
export async function measureUpgrade(file: string): Promise<Upgrade> {
  const usageFile = `${file}.usage`;
  const recorder = new URL("record-usage.ts", import.meta.url).href;
  const [program, ...parameters] = covalentCommand("db", "migrate", "--database", file, "--json");
  const began = performance.now();
  const child = spawn(program, ["--import", recorder, ...parameters], {
    env: { ...process.env, COVALENT_BENCHMARK_USAGE: usageFile },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [[code], output] = await Promise.all([once(child, "close"), text(child.stdout)]);
  const tookMs = performance.now() - began;
  if (code !== 0) throw new Error(`\`covalent db migrate\` ended with exit code ${code}: ${output}`);
  const usage: Usage = JSON.parse(readFileSync(usageFile, "utf8"));
  rmSync(usageFile);
  return { tookMs, ...usage };
}
