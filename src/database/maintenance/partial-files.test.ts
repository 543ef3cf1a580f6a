import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { ownerName, partialFile, removeLeftOversOf } from "./partial-files.ts";

it("removes what dead processes have left, and nothing of those that run or that is not of its kind", () => {
  const directory = mkdtempSync(join(tmpdir(), "covalent-partial-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, "db.sqlite");
  const dead = spawnSync(process.execPath, ["-e", ""]).pid;
  const mine = partialFile(path, "rehearsal", ownerName());
  const running = partialFile(path, "rehearsal", `${process.ppid}-1700000000000`);
  // A pid is given again, in a container nearly always the same one.
  const formerly = partialFile(path, "rehearsal", `${process.pid}-1`);
  const left = partialFile(path, "look", `${dead}-1700000000000`);
  const stay = [path, `${path}-wal`, join(directory, "mine.partial"), mine, running];
  for (const file of [...stay, left, `${left}-journal`, formerly]) writeFileSync(file, "");

  const removed = removeLeftOversOf(path, join(directory, "backups"), ownerName());
  expect(removed.toSorted()).toEqual([formerly, left, `${left}-journal`].toSorted());
  expect(readdirSync(directory).sort()).toEqual(stay.map((file) => file.slice(directory.length + 1)).sort());
});
