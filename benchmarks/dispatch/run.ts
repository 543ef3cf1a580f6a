/**
 * The benchmark of dispatching: how many tasks that do nothing go through a second, and how long one waits for a few.
 * README.md says what is measured and how.
 */
import { parseArgs } from "node:util";
import { buildIfStale } from "../../scripts/build.mjs";
import { measurePeers } from "../peers/measure-peers.ts";
import { measure } from "./measure.ts";
import { measureFloor } from "./measure-floor.ts";
import { type Floors, floorLine, measurementLine, peerLines } from "./report.ts";
import type { Measurement } from "./scenario.ts";
import { SCENARIOS } from "./scenarios.ts";

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true },
    runs: { type: "string" },
    peers: { type: "boolean", default: false },
    profiles: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const { only, profiles } = values;
const runs = values.runs === undefined ? undefined : Number(values.runs);
const say = (line: string): void => void (values.json || console.log(line));

buildIfStale({ check: false });
const floors: Floors = {
  process: await measureFloor("NORMAL", runs ?? 5),
  power: await measureFloor("FULL", runs ?? 5),
};
for (const durability of ["process", "power"] as const) say(floorLine(durability, floors[durability]));

const measurements: Measurement[] = [];
for (const scenario of SCENARIOS) {
  if (only !== undefined && !only.includes(scenario.name)) continue;
  const measurement = await measure(scenario, {
    ...(runs !== undefined && { runs }),
    ...(profiles !== undefined && { profiles }),
  });
  measurements.push(measurement);
  say(measurementLine(measurement, floors));
}
const peers = values.peers ? await measurePeers(runs ?? 5, say) : [];
for (const peer of peers) for (const line of peerLines(peer, measurements)) say(line);
if (values.json) console.log(JSON.stringify({ floors, measurements, peers }, null, 2));
