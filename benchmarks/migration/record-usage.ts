import { writeFileSync } from "node:fs";

/** Loaded into the measured process (`node --import`): on its end it writes down what it used. */
export interface Usage {
  /** The most memory that the process held, threads included. */
  readonly peakBytes: number;
  /** Time on processors, all threads together. */
  readonly cpuMs: number;
}

const file = process.env.COVALENT_BENCHMARK_USAGE;
if (file !== undefined) {
  process.on("exit", () => {
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
    const usage: Usage = { peakBytes: maxRSS * 1_024, cpuMs: (userCPUTime + systemCPUTime) / 1_000 };
    writeFileSync(file, JSON.stringify(usage));
  });
}
