import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { DirectoryEvent } from "../model/trigger.ts";
import { observeDirectory } from "./directory.ts";
import { differences, lookAt, NOTHING } from "./directory-snapshot.ts";

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), "covalent-watch-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function changesIn(path: string, change: () => void, recursive = false) {
  const before = (await lookAt(path, recursive)) ?? NOTHING;
  change();
  const after = (await lookAt(path, recursive)) ?? NOTHING;
  return differences(before, after).map((found) => `${found.event} ${found.path}`);
}

describe("what has happened between two looks", () => {
  it("is told by names, sizes, times and inodes", async () => {
    const path = directory();
    for (const name of ["kept", "written", "renamed", "removed"]) writeFileSync(join(path, name), name);
    const changes = await changesIn(path, () => {
      writeFileSync(join(path, "new"), "1");
      appendFileSync(join(path, "written"), "more");
      renameSync(join(path, "renamed"), join(path, "other"));
      rmSync(join(path, "removed"));
    });
    expect(changes.sort()).toEqual(["created new", "deleted removed", "modified written", "moved other"]);
  });

  it("calls a file that was replaced under its name modified, and one that another was moved over moved", async () => {
    const path = directory();
    writeFileSync(join(path, "a"), "old");
    writeFileSync(join(path, "b"), "other");
    const replaced = await changesIn(path, () => {
      writeFileSync(join(path, "a.tmp"), "new bytes");
      renameSync(join(path, "a.tmp"), join(path, "a"));
    });
    expect(replaced).toEqual(["modified a"]);
    expect(await changesIn(path, () => renameSync(join(path, "b"), join(path, "a")))).toEqual(["moved a"]);
  });

  it("goes into directories only when asked to", async () => {
    const path = directory();
    mkdirSync(join(path, "below"));
    const change = () => writeFileSync(join(path, "below", "new"), "1");
    expect(await changesIn(path, change)).toEqual([]);
    const changeAgain = () => writeFileSync(join(path, "below", "newer"), "1");
    expect(await changesIn(path, changeAgain, true)).toEqual([`created ${join("below", "newer")}`]);
  });
});

function observed(path: string, events: DirectoryEvent[], recursive = false) {
  const seen = { events: 0, problems: [] as (string | undefined)[], looks: 0 };
  const observer = observeDirectory(
    { name: "DirTrigger", dir_path: path, event_names: events, batch_size: 1, recursive },
    {
      happened: (times) => {
        seen.events += times;
      },
      problem: (reason) => {
        seen.looks += 1;
        if (reason !== seen.problems.at(-1) || seen.problems.length === 0) seen.problems.push(reason);
      },
    },
  );
  onTestFinished(() => observer.close());
  return seen;
}

describe("a directory that is observed", () => {
  it("reports what happens after its first look, and no other events than those asked for", async () => {
    const path = directory();
    writeFileSync(join(path, "before"), "1");
    const seen = observed(path, ["created"]);
    await vi.waitFor(() => expect(seen.looks).toBeGreaterThan(0), 10_000);
    writeFileSync(join(path, "one"), "1");
    await vi.waitFor(() => expect(seen.events).toBe(1), 10_000);
    appendFileSync(join(path, "one"), "2");
    writeFileSync(join(path, "two"), "1");
    writeFileSync(join(path, "three"), "1");
    await vi.waitFor(() => expect(seen.events).toBe(3), 10_000);
  });

  it("reports files that are written below it", async () => {
    const path = directory();
    mkdirSync(join(path, "a", "b"), { recursive: true });
    const seen = observed(path, ["modified", "created"], true);
    await vi.waitFor(() => expect(seen.looks).toBeGreaterThan(0), 10_000);
    writeFileSync(join(path, "a", "b", "deep"), "1");
    await vi.waitFor(() => expect(seen.events).toBeGreaterThanOrEqual(1), 10_000);
  });

  it("calls a file closed when it has been quiet for a while", async () => {
    const path = directory();
    const seen = observed(path, ["closed"]);
    await vi.waitFor(() => expect(seen.looks).toBeGreaterThan(0), 10_000);
    writeFileSync(join(path, "one"), "1");
    await vi.waitFor(() => expect(seen.events).toBe(1), 15_000);
  });

  it("is a problem while it is not there, and is observed when it comes", async () => {
    const path = join(directory(), "later");
    const seen = observed(path, ["created"]);
    await vi.waitFor(() => expect(seen.problems).toEqual([`there is no ${path}`]), 10_000);
    mkdirSync(path);
    writeFileSync(join(path, "one"), "1");
    await vi.waitFor(() => expect(seen.events).toBe(1), 15_000);
    expect(seen.problems.at(-1)).toBeUndefined();
  });

  it("may be a single file", async () => {
    const path = join(directory(), "file");
    writeFileSync(path, "1");
    const seen = observed(path, ["modified", "deleted"]);
    await vi.waitFor(() => expect(seen.looks).toBeGreaterThan(0), 10_000);
    appendFileSync(path, "2");
    await vi.waitFor(() => expect(seen.events).toBe(1), 10_000);
    rmSync(path);
    await vi.waitFor(() => expect(seen.events).toBe(2), 10_000);
  });
});
