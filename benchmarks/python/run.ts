/**
 * The same Python workflows on the original's server and on ours, in turns. README.md says what is measured and how.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { buildIfStale } from "../../scripts/build.mjs";
import { startServer } from "../../test/interop/interop-server.ts";
import { preparePython } from "../../test/interop/python-environment.ts";
import { startOriginal } from "./original-server.ts";

/** What workflows.py tells of one run. */
interface Times {
  /** From the start to the end of the dispatch, by the server's own timestamps. */
  readonly serverSeconds: number;
  readonly registerSeconds: number;
  /** From the call of `dispatch` to the result. */
  readonly endToEndSeconds: number;
}

interface Measurement {
  readonly workflow: string;
  readonly tasks: number;
  readonly original: readonly Times[];
  readonly ours: readonly Times[];
}

/** The newest that both its server and its SDK run with: newer releases of FastAPI refuse what its SDK sends. */
const PACKAGES = { sdk: "0.240.0", packages: ["fastapi<0.116"] };
const WORKFLOWS = fileURLToPath(new URL("./workflows.py", import.meta.url));

const { values } = parseArgs({
  options: {
    fan: { type: "string", default: "1000" },
    chain: { type: "string", default: "100" },
    runs: { type: "string", default: "3" },
    json: { type: "boolean", default: false },
  },
});
const number = (name: "fan" | "chain" | "runs"): number => {
  const value = Number(values[name]);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} takes a number of at least 1`);
  return value;
};
const sizes = { fan: number("fan"), chain: number("chain") };
const runs = number("runs");

const environment = preparePython("benchmark", PACKAGES);
if ("missing" in environment) throw new Error(`not measured: ${environment.missing}`);
const { python } = environment;
buildIfStale({ check: false });
/** Whoever interrupts it leaves no server behind. */
const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interrupted.abort());

await using original = await startOriginal(python);
using ours = await startServer(python);

const measurements: Measurement[] = [];
for (const [workflow, tasks] of Object.entries(sizes)) {
  const measurement = { workflow, tasks, original: [] as Times[], ours: [] as Times[] };
  for (let run = 1; run <= runs; run++) {
    console.error(`${workflow} of ${tasks}, run ${run} of ${runs}: ours`);
    measurement.ours.push(await timesOf(ours.env, workflow, tasks));
    console.error(`${workflow} of ${tasks}, run ${run} of ${runs}: the original`);
    measurement.original.push(await timesOf(original.env, workflow, tasks));
  }
  measurements.push(measurement);
  if (!values.json) report(measurement);
}
if (values.json) console.log(JSON.stringify(measurements, null, 2));

async function timesOf(env: NodeJS.ProcessEnv, workflow: string, tasks: number): Promise<Times> {
  const child = spawn(python, [WORKFLOWS, workflow, String(tasks)], {
    env: { ...env, PYTHONWARNINGS: "ignore" },
    stdio: ["ignore", "pipe", "inherit"],
    signal: interrupted.signal,
  });
  const [written, [exitCode]] = await Promise.all([text(child.stdout), once(child, "close")]);
  if (exitCode !== 0) throw new Error(`${workflow} did not come to its right result; nothing is reported`);
  return JSON.parse(written.trim().split("\n").at(-1) ?? "") as Times;
}

/** Medians, and how many times the throughput. */
function report({ workflow, tasks, original, ours }: Measurement): void {
  console.log(`${workflow} of ${tasks}`);
  for (const [what, of] of [
    ["PUT RUNNING to the end, by the server", (times: Times) => times.serverSeconds],
    ["registering and uploading", (times: Times) => times.registerSeconds],
    ["end to end, by the client", (times: Times) => times.endToEndSeconds],
  ] as const) {
    const [theirs, own] = [median(original.map(of)), median(ours.map(of))];
    const figures = `the original ${theirs.toFixed(2)} s, ours ${own.toFixed(2)} s`;
    console.log(`  ${what.padEnd(40)}${figures}: ${(theirs / own).toFixed(1)} times`);
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
