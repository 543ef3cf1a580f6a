import { writeFileSync } from "node:fs";

/** Loaded into the measured process (`node --import`): on its end it writes down the most memory it held, in bytes. */
const file = process.env.COVALENT_BENCHMARK_PEAK;
if (file !== undefined) {
  process.on("exit", () => writeFileSync(file, String(process.resourceUsage().maxRSS * 1_024)));
}
