import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { buildIfStale } from "./build.mjs";

/**
 * The main job from start to end, by the commands that a user would type: a server on a free port, the quickstart with its
 * progress and result, its graph, and the end of the server.
 *
 * Everything is kept in a temporary home, so nothing of the user's is read or written. Whatever happens, Ctrl-C included, the
 * server is stopped and the home removed; with `--keep` both stay.
 */

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const WORKFLOW = "examples/quickstart/select-model.ts";
const DATA = "examples/quickstart/data/mauna-loa-co2.csv";
/** For commands that a Ctrl-C must not cut short: they leave the server either running or stopped. */
const UNINTERRUPTED = { detached: true, limitMs: 70_000 };

const keep = process.argv.includes("--keep");
const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => interrupted.abort(new Error("Interrupted.")));
}

/** The environment of a user who has this home and no configuration. */
function environmentOf(home: string): NodeJS.ProcessEnv {
  const foreign = /^(XDG_|COVALENT_)/;
  const inherited = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return { ...Object.fromEntries(inherited), HOME: home, USERPROFILE: home };
}

interface CommandOptions {
  /** Its own process group: a Ctrl-C does not reach it. */
  readonly detached?: boolean;
  /** Ended after this time, instead of when we are interrupted. */
  readonly limitMs?: number;
  /** Give standard output back instead of showing it. */
  readonly quiet?: boolean;
}

/** Runs a `covalent` command. */
async function covalent(
  home: string,
  parameters: readonly string[],
  { detached = false, limitMs, quiet = false }: CommandOptions = {},
): Promise<string> {
  const signal = limitMs === undefined ? interrupted.signal : AbortSignal.timeout(limitMs);
  signal.throwIfAborted();
  if (!quiet) console.log(`\n$ covalent ${parameters.map(quoted).join(" ")}`);
  const child = spawn(process.execPath, [join(ROOT, "bin/covalent.js"), ...parameters], {
    cwd: ROOT,
    env: environmentOf(home),
    stdio: ["ignore", quiet ? "pipe" : "inherit", "inherit"],
    detached,
    signal,
  });
  const [[code], output] = await Promise.all([
    once(child, "close"),
    child.stdout === null ? "" : text(child.stdout),
  ]);
  if (code !== 0) throw new Error(`\`covalent ${parameters[0]}\` ended with exit code ${code}. ${output}`);
  return output;
}

/** As it would be typed into a shell. */
function quoted(parameter: string): string {
  return /^[\w./:=-]+$/.test(parameter) ? parameter : `'${parameter}'`;
}

async function demonstrate(home: string): Promise<void> {
  console.log(`A server on a free port, with its data in ${home}, runs a workflow over ${DATA}.`);
  await covalent(home, ["start", "--port", "0"], UNINTERRUPTED);
  await covalent(home, ["run", WORKFLOW, "--args", JSON.stringify([DATA])]);
  const { dispatches } = JSON.parse(await covalent(home, ["list", "--json"], { quiet: true }));
  await covalent(home, ["show", dispatches[0].dispatch_id, "--nodes", "all"]);
  const { server } = JSON.parse(await covalent(home, ["status", "--json"], { quiet: true }));
  console.log(`\nWeb UI  ${server.url}`);
}

async function stop(home: string): Promise<void> {
  await covalent(home, ["stop"], UNINTERRUPTED).catch((error: Error) => {
    console.error(`The server could not be stopped: ${error.message}`);
    process.exitCode = 1;
  });
}

function sayHowToStop(home: string): void {
  const command = `HOME=${home} node_modules/.bin/node bin/covalent.js`;
  console.log(`\nThe server is still running. To look around, for example:\n  ${command} list`);
  console.log(`To stop it and to remove its data:\n  ${command} stop && rm -r ${home}`);
}

async function main(): Promise<void> {
  buildIfStale();
  const home = await mkdtemp(join(tmpdir(), "covalent-demo-"));
  let finished = false;
  try {
    await demonstrate(home);
    finished = true;
  } finally {
    if (finished && keep) {
      sayHowToStop(home);
    } else {
      await stop(home);
      // Workers may still be closing their files.
      await rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    }
  }
}

main().catch((error: Error) => {
  const { aborted } = interrupted.signal;
  console.error(aborted ? "Interrupted." : error.message);
  process.exitCode = aborted ? 130 : 1;
});
