import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { buildIfStale } from "./build.mjs";
import { type DemoResult, describeResult } from "./demo-report.ts";

/**
 * The main job from start to end: a server on a free port, the quickstart through the `covalent` command, its graph and result.
 *
 * Everything is kept in a temporary home, so nothing of the user's is read or written. Whatever happens, Ctrl-C included, the
 * server is stopped and the home removed; with `--keep` both stay.
 */

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const WORKFLOW = "examples/quickstart/select-model.ts";
const DATA = "examples/quickstart/data/mauna-loa-co2.csv";
const STOP_LIMIT_MS = 20_000;

const keep = process.argv.includes("--keep");
const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => interrupted.abort(new Error("Interrupted.")));
}

/** Where the server finds its home, and nothing of the user's own configuration. */
function environmentOf(home: string): NodeJS.ProcessEnv {
  const foreign = /^(XDG_|COVALENT_)/;
  const inherited = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return { ...Object.fromEntries(inherited), HOME: home, USERPROFILE: home };
}

/** Runs `covalent` with its messages on our terminal and gives what it prints. */
async function covalent(
  home: string,
  parameters: readonly string[],
  options: { readonly signal: AbortSignal; readonly detached?: boolean },
): Promise<string> {
  const child: ChildProcess = spawn(process.execPath, [join(ROOT, "bin/covalent.js"), ...parameters], {
    cwd: ROOT,
    env: environmentOf(home),
    stdio: ["ignore", "pipe", "inherit"],
    ...options,
  });
  const exit = once(child, "close");
  const output = child.stdout === null ? "" : await text(child.stdout);
  const [code] = await exit;
  if (code !== 0) throw new Error(`\`covalent ${parameters[0]}\` ended with exit code ${code}.\n${output}`);
  return output;
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("No free port was found.");
  return address.port;
}

async function stop(home: string): Promise<void> {
  const signal = AbortSignal.timeout(STOP_LIMIT_MS);
  // Detached: a second Ctrl-C must not end it.
  await covalent(home, ["stop"], { signal, detached: true }).catch((error: Error) => {
    console.error(`The server could not be stopped: ${error.message}`);
    process.exitCode = 1;
  });
}

/** Workers may still be closing their files. */
async function remove(home: string): Promise<void> {
  await rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

async function demonstrate(home: string): Promise<void> {
  const { signal } = interrupted;
  const port = await freePort();
  console.log(`Starting a server on port ${port}, with its data in ${home} ...`);
  await covalent(home, ["start", "--port", String(port)], { signal });
  const status = JSON.parse(await covalent(home, ["status", "--json"], { signal }));

  console.log(`Running ${WORKFLOW} with ${DATA} ...\n`);
  const run = ["run", WORKFLOW, "--args", JSON.stringify([DATA]), "--json"];
  const result: DemoResult = JSON.parse(await covalent(home, run, { signal }));
  console.log(describeResult(result));
  console.log(`Web UI  ${status.server.url}`);
  if (keep) {
    const command = `HOME=${home} node_modules/.bin/node bin/covalent.js`;
    console.log(`\nThe server is still running. To stop it:\n  ${command} stop && rm -r ${home}`);
    console.log(`To look around, for example:\n  ${command} show ${result.dispatch_id}`);
  }
}

async function main(): Promise<void> {
  buildIfStale();
  const home = await mkdtemp(join(tmpdir(), "covalent-demo-"));
  let kept = false;
  try {
    await demonstrate(home);
    kept = keep;
  } finally {
    if (!kept) {
      await stop(home);
      await remove(home);
    }
  }
  if (!kept)
    console.log(
      "\nThe server has been stopped and its data removed; `npm run demo -- --keep` leaves it running.",
    );
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
