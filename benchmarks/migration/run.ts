/**
 * The benchmark of the upgrade: from the oldest revision to the newest, with a million electrons. README.md says what it measures.
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { parseArgs } from "node:util";
import { bareCopy } from "./bare-copy.ts";
import { EDGES_PER_DISPATCH, ELECTRONS_PER_DISPATCH, generate } from "./generate.ts";
import { measureUpgrade } from "./measure-upgrade.ts";

const FULL_SIZE = 10_000;
const MOST_MS = 120_000;
const MOST_BYTES = 500e6;

const { values } = parseArgs({
  options: {
    dispatches: { type: "string", default: String(FULL_SIZE) },
    directory: { type: "string", default: tmpdir() },
    keep: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});

const dispatches = Number(values.dispatches);
if (!Number.isInteger(dispatches) || dispatches < 1)
  throw new Error("--dispatches must be a whole number above 0");
const say = (line: string): void => void (values.json || console.log(line));
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;

const directory = mkdtempSync(join(values.directory, "covalent-migration-benchmark-"));
const file = join(directory, "dispatcher_db.sqlite");
try {
  await measure();
} finally {
  if (values.keep) say(`kept in      ${directory}`);
  else rmSync(directory, { recursive: true, force: true });
}

async function measure(): Promise<void> {
  const electrons = dispatches * ELECTRONS_PER_DISPATCH;
  const edges = dispatches * EDGES_PER_DISPATCH;
  generate(file, dispatches);
  const size = statSync(file).size;
  const count = (rows: number): string => rows.toLocaleString("en");
  say(
    `database     ${megabytes(size)}: ${count(dispatches)} dispatches, ${count(electrons)} electrons, ${count(edges)} edges`,
  );
  const bareMs = bareCopy(file);
  say(`bare copy    ${seconds(bareMs)}`);
  const { tookMs, cpuMs, peakBytes } = await measureUpgrade(file);
  const ratio = tookMs / bareMs;
  verify({ lattices: dispatches, electrons, electron_dependency: edges });
  say(
    `upgrade      ${seconds(tookMs)}, ${ratio.toFixed(1)} times the bare copy; ${seconds(cpuMs)} on the processor`,
  );
  say(`memory       ${megabytes(peakBytes)}`);
  if (values.json) {
    const sizes = { dispatches, electrons, edges, size };
    console.log(JSON.stringify({ ...sizes, bareMs, upgradeMs: tookMs, cpuMs, ratio, peakBytes }, null, 2));
  }
  if (dispatches < FULL_SIZE || (tookMs < MOST_MS && peakBytes < MOST_BYTES)) return;
  console.error(`more than ${seconds(MOST_MS)} or ${megabytes(MOST_BYTES)}`);
  process.exitCode = 1;
}

/** Nothing may be measured that did not do the work. */
function verify(rows: Readonly<Record<string, number>>): void {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    for (const [table, wanted] of Object.entries(rows)) {
      const [counted] = database.prepare(`SELECT count(*) AS n FROM ${table}`).all();
      if (counted?.n !== wanted)
        throw new Error(`${table} has ${counted?.n} rows after the upgrade, not ${wanted}`);
    }
  } finally {
    database.close();
  }
}
