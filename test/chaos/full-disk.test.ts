import { spawnSync } from "node:child_process";
import { closeSync, copyFileSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dispatch, getResult } from "covalent-ts";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createClient } from "../../src/client/client.ts";
import { contradictions } from "./contradictions.ts";
import { readEffects } from "./effects.ts";
import { type KillableServer, killableServer } from "./killable-server.ts";
import { chaos, type Step } from "./workflows/steps.ts";

/** All that the server writes lies on a small disk in memory, which only it sees. */
const ON_SMALL_DISK = `
  mount -t tmpfs -o size=24m none "$0" && cd "$0" && mkdir -p .cache/covalent .local/share/covalent/data && exec "$@"`;
const canMount =
  spawnSync("unshare", ["-rm", "mount", "-t", "tmpfs", "-o", "size=64k", "none", tmpdir()]).status === 0;

let server: KillableServer;
let scratch: string;

beforeEach(async () => {
  scratch = mkdtempSync(join(tmpdir(), "covalent-full-disk-"));
  server = await killableServer({ within: (home) => ["unshare", "-rm", "sh", "-c", ON_SMALL_DISK, home] });
});

afterEach(async () => {
  await server.dispose();
  rmSync(scratch, { recursive: true });
});

test.skipIf(!canMount)(
  "what runs when the disk is full goes on when there is room again (skipped without the right to mount a disk)",
  { timeout: 120_000 },
  async () => {
    await server.start();
    const { url } = server;
    const seen = (path: string) => join(`/proc/${server.pid}/root`, path);
    const journal = join(scratch, "journal");
    const id = await dispatch(chaos, { url })(journal, steps());
    await expect.poll(() => readEffects(journal).length, { timeout: 20_000 }).toBeGreaterThan(4);
    const filler = seen(join(server.home, "filler"));
    fill(filler);
    await expect.poll(() => isStalled(url), { timeout: 20_000 }).toBe(true);
    expect((await createClient({ url }).summary(id)).status).toBe("RUNNING");
    rmSync(filler);
    const { status, result } = await getResult(id, { url, wait: true });
    expect({ status, result }).toEqual({ status: "COMPLETED", result: steps().map(({ name }) => name) });
    // SQLite follows the link of /proc to what this process sees there.
    for (const name of ["runs.sqlite", "runs.sqlite-wal"])
      copyFileSync(seen(join(server.home, name)), join(scratch, name));
    expect(contradictions(join(scratch, "runs.sqlite"))).toEqual([]);
    const starts = readEffects(journal).filter(({ phase }) => phase === "start");
    expect(starts).toHaveLength(steps().length);
  },
);

/** Nothing fits any more. */
function fill(path: string): void {
  const file = openSync(path, "w");
  try {
    for (const size of [1 << 20, 1 << 12, 1]) writeUntilFull(file, Buffer.alloc(size));
  } finally {
    closeSync(file);
  }
}

function writeUntilFull(file: number, bytes: Buffer): void {
  try {
    for (;;) writeSync(file, bytes);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
  }
}

/** The server says that it cannot take work now. */
async function isStalled(url: string): Promise<boolean> {
  return (await fetch(`${url}/readyz`)).status !== 200;
}

function steps(): Step[] {
  return Array.from({ length: 300 }, (_, index) => ({
    kind: "steady",
    name: `${index}`,
    ms: 5,
    after: index < 3 ? [] : [index - 3],
  }));
}
