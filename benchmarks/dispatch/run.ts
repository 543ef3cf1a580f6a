/**
 * The benchmark of dispatching: how many tasks that do nothing go through a second, and how long one waits for a few.
 * README.md says what is measured and how.
 */
import { parseArgs } from "node:util";
import { measure } from "./measure.ts";
import type { Measurement } from "./scenario.ts";
import { SCENARIOS } from "./scenarios.ts";

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true },
    runs: { type: "string" },
    profiles: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const { only, profiles, runs } = values;
const chosen = SCENARIOS.filter(({ name }) => only === undefined || only.includes(name));
const measurements: Measurement[] = [];
for (const scenario of chosen) {
  const options = { ...(runs !== undefined && { runs: Number(runs) }), ...(profiles !== undefined && { profiles }) };
  const measurement = await measure(scenario, options);
  measurements.push(measurement);
  if (!values.json) console.log(describe(measurement));
}
if (values.json) console.log(JSON.stringify(measurements, null, 2));

function describe({ name, figure, value, values: all, cpuUs, serverPeakBytes }: Measurement): string {
  const unit = figure === "rate" ? "/s" : "ms";
  const digits = figure === "rate" ? 0 : 2;
  const cpu = `client ${cpuUs.client.toFixed(0)}, server ${cpuUs.server.toFixed(0)}, workers ${cpuUs.workers.toFixed(0)}`;
  return `${name.padEnd(18)}${value.toFixed(digits).padStart(8)} ${unit}  (${all.map((v) => v.toFixed(digits)).join(", ")}); µs of CPU each: ${cpu}; server ${(serverPeakBytes / 1e6).toFixed(0)} MB`;
}
