import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { backupsDirectory, listBackups, newBackupPath, removeOldBackups } from "./backup-files.ts";

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "covalent-backups-"));
  path = join(directory, "dispatcher_db.sqlite");
  mkdirSync(backupsDirectory(path));
});
afterEach(() => rmSync(directory, { recursive: true }));

function make(now: string, revision = "7b40a55c0752"): string {
  const file = newBackupPath(path, revision, new Date(now));
  writeFileSync(file, "x");
  return file;
}

it("is named for the time and the revision, and never takes a name that is taken", () => {
  expect(basename(make("2026-11-23T12:00:00.500Z"))).toBe(
    "dispatcher_db-20261123T120000Z-7b40a55c0752.sqlite",
  );
  expect(basename(make("2026-11-23T12:00:00.900Z"))).toBe(
    "dispatcher_db-20261123T120000Z-7b40a55c0752-2.sqlite",
  );
});

it("stays in its folder, whatever a database says its revision is", () => {
  expect(newBackupPath(path, "../../etc/x", new Date(0))).toBe(
    join(backupsDirectory(path), "dispatcher_db-19700101T000000Z-______etc_x.sqlite"),
  );
});

it("is listed newest first, with those of other databases and unfinished ones left out", () => {
  const older = make("2025-01-01T00:00:00Z");
  const newer = make("2026-01-01T00:00:00Z");
  for (const name of [
    "other-20260101T000000Z-b60c5ecdf927.sqlite",
    `${basename(newer)}.1-2.partial`,
    "notes.txt",
  ]) {
    writeFileSync(join(backupsDirectory(path), name), "");
  }
  expect(listBackups(path).map((backup) => backup.path)).toEqual([newer, older]);
  expect(listBackups(path)[0]).toMatchObject({
    madeAt: "2026-01-01T00:00:00.000Z",
    revision: "7b40a55c0752",
    size: 1,
  });
  expect(listBackups(join(directory, "absent", "db.sqlite"))).toEqual([]);
});

it("is listed whatever characters the database's name has", () => {
  path = join(directory, "line\nbreak % ?#.sqlite");
  expect(listBackups(path)).toEqual([]);
  const made = make("2026-01-01T00:00:00Z");
  expect(listBackups(path)).toMatchObject([{ path: made }]);
});

it("is removed when it is among the oldest beyond those to keep, but never when it was just made or used", () => {
  const [first, second, third] = [2021, 2022, 2023].map((year) => make(`${year}-01-01T00:00:00Z`));
  expect(removeOldBackups(path, 2, first ?? "")).toEqual([second]);
  expect(listBackups(path).map((backup) => backup.path)).toEqual([third, first]);
});

it("is never removed while it is the newest of its revision: what was there before an upgrade stays", () => {
  const before = make("2021-01-01T00:00:00Z", "9b9d58f02985");
  const [old, , newest] = [2022, 2023, 2024].map((year) => make(`${year}-01-01T00:00:00Z`));
  expect(removeOldBackups(path, 1, newest ?? "")).not.toContain(before);
  expect(listBackups(path).map((backup) => backup.path)).toEqual([newest, before]);
  expect(existsSync(old ?? "")).toBe(false);
});
