import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dispatchSync } from "covalent-ts";
import { withServer } from "covalent-ts/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { withoutTag, withTag } from "./workflows/controlled.ts";

let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "covalent-limits-"));
});

afterEach(() => rm(home, { recursive: true, force: true }));

test.each([
  ["a tag", "[limits.tags]\ngpu = 1\n", withTag],
  ["an executor", "[limits.executors]\nlocal = 1\n", withoutTag],
])(
  "of what %s limits in the configuration no more runs at once, and the rest waits",
  async (_, limits, flow) => {
    await mkdir(join(home, ".config/covalent"), { recursive: true });
    await writeFile(join(home, ".config/covalent/covalent.conf"), limits);
    const journal = join(home, "journal");
    const run = (server: { readonly url: string }) => dispatchSync(flow, server)(journal, 6);
    const { status } = await withServer(run, { home, workers: 2 });
    expect(status).toBe("COMPLETED");
    const lines = (await readFile(journal, "utf8")).trim().split("\n");
    expect(lines.map((line) => line.split(" ")[0])).toEqual(Array(6).fill(["begin", "end"]).flat());
  },
);
