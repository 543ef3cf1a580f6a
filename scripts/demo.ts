import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildIfStale } from "./build.mjs";
import { type Covalent, covalentIn, UNINTERRUPTED } from "./demo/covalent.ts";
import { sayHowToStop } from "./demo/kept-home.ts";
import { upgradeOldDatabase } from "./demo/upgrade-act.ts";
import { runWorkflow } from "./demo/workflow-act.ts";

/**
 * The main job from start to end, by the commands that a user would type, in two acts: a workflow runs, and an old database is
 * upgraded.
 *
 * Each act has a temporary home, so nothing of the user's is read or written. Whatever happens, Ctrl-C included, the servers are
 * stopped and the homes removed; with `--keep` both stay.
 */

const keep = process.argv.includes("--keep");
const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => interrupted.abort(new Error("Interrupted.")));
}

/** Plays one act in a home of its own. */
async function play(act: (home: string, covalent: Covalent) => Promise<void>): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), "covalent-demo-"));
  const covalent = covalentIn(home, interrupted.signal);
  let finished = false;
  try {
    await act(home, covalent);
    finished = true;
  } finally {
    await (finished && keep ? sayHowToStop(home) : stopAndRemove(home, covalent));
  }
}

/** Without an end of its server a home stays: nothing is removed under a live one. */
async function stopAndRemove(home: string, covalent: Covalent): Promise<void> {
  try {
    await covalent(["stop"], UNINTERRUPTED);
  } catch (error) {
    console.error(`The server could not be stopped, and ${home} was kept: ${(error as Error).message}`);
    process.exitCode = 1;
    return;
  }
  // Workers may still be closing their files.
  await rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

async function main(): Promise<void> {
  buildIfStale({ check: false });
  await play(runWorkflow);
  await play(upgradeOldDatabase);
}

main().catch((error: Error) => {
  const { aborted } = interrupted.signal;
  console.error(aborted ? "Interrupted." : error.message);
  process.exitCode = aborted ? 130 : 1;
});
