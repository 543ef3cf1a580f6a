import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { backupDatabase } from "../../src/database/maintenance/backup.ts";
import { backupsDirectory, listBackups } from "../../src/database/maintenance/backup-files.ts";
import { migrateDatabase } from "../../src/database/maintenance/migrate.ts";
import { NOBODY, type WorkOptions } from "../../src/database/maintenance/observer.ts";
import { resetDatabase } from "../../src/database/maintenance/reset.ts";
import { restoreDatabase } from "../../src/database/maintenance/restore.ts";
import { HEAD } from "../../src/database/migration/history.ts";
import { allValues, makeOldDatabase, OLDEST } from "./old-database.ts";

let old: string;
let directory: string;
let path: string;
let options: WorkOptions;
beforeAll(async () => {
  const made = mkdtempSync(join(tmpdir(), "covalent-old-"));
  old = join(made, "old.sqlite");
  await makeOldDatabase(old);
  return () => rmSync(made, { recursive: true });
});
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "covalent-backups-"));
  path = join(directory, "dispatcher_db.sqlite");
  copyFileSync(old, path);
  options = { path, report: NOBODY, confirm: async () => true };
});
afterEach(() => rmSync(directory, { recursive: true }));

it("a migration backs up first: beside the database, with its permissions, holding what it held", async () => {
  chmodSync(path, 0o640);
  const before = allValues(path);
  const { backup = "" } = await migrateDatabase(options);
  expect(backup).toMatch(/\/backups\/dispatcher_db-\d{8}T\d{6}Z-b60c5ecdf927\.sqlite$/);
  expect(statSync(backup).mode & 0o777).toBe(0o640);
  expect(allValues(backup)).toEqual(before);
  expect(readdirSync(backupsDirectory(path))).toHaveLength(1);
});

it("a migration without a backup makes none; the backup before each revision outlives the number to keep", async () => {
  await migrateDatabase({ ...options, to: "9b9d58f02985", backup: false });
  expect(listBackups(path)).toEqual([]);
  for (const to of ["26d71848a404", "97202f5f47cb", "f64ecaa040d5"])
    await migrateDatabase({ ...options, to, backupsKept: 2 });
  expect(listBackups(path).map(({ revision }) => revision)).toEqual([
    "97202f5f47cb",
    "26d71848a404",
    "9b9d58f02985",
  ]);
});

it("a database that is being written to is backed up in one state", async () => {
  const server = new DatabaseSync(path);
  server.exec("PRAGMA journal_mode = WAL; UPDATE lattices SET name = 'in the log'");
  const { path: file, revision } = await backupDatabase({ ...options, file: join(directory, "mine.sqlite") });
  server.close();
  expect(revision).toBe(OLDEST);
  expect(allValues(file).lattices).toEqual(allValues(path).lattices);
  await expect(backupDatabase({ ...options, file })).rejects.toMatchObject({ code: "BACKUP_FAILED" });
});

it("what is restored is what was backed up, and what it replaces can be restored", async () => {
  const before = allValues(path);
  await migrateDatabase(options);
  const after = allValues(path);
  const { kept, revision } = await restoreDatabase({ ...options, from: "latest" });
  expect(revision).toBe(OLDEST);
  expect(allValues(path)).toEqual(before);
  await restoreDatabase({ ...options, from: kept ?? "" });
  expect(allValues(path)).toEqual(after);
});

it("a stale log beside the database is not replayed onto what is restored", async () => {
  const before = allValues(path);
  const { path: file } = await backupDatabase(options);
  leaveLogBehind();
  await restoreDatabase({ ...options, from: file });
  expect(readdirSync(directory).sort()).toEqual(["backups", "dispatcher_db.sqlite"]);
  expect(allValues(path)).toEqual(before);
});

it("readers of the database see the old content, then the new", async () => {
  const { path: file } = await backupDatabase(options);
  await migrateDatabase(options);
  const reader = new DatabaseSync(path, { readOnly: true });
  const revision = () => reader.prepare("SELECT version_num FROM alembic_version").get()?.version_num;
  expect(revision()).toBe(HEAD);
  await restoreDatabase({ ...options, from: file });
  expect(revision()).toBe(OLDEST);
  reader.close();
});

it("a database with pages of another size can be restored into one in WAL mode", async () => {
  const other = join(directory, "other.sqlite");
  copyFileSync(old, other);
  exec(other, "PRAGMA page_size = 8192; VACUUM");
  exec(path, "PRAGMA journal_mode = WAL");
  await restoreDatabase({ ...options, from: other });
  expect(allValues(path)).toEqual(allValues(other));
});

it.each([
  ["truncated", (file: string) => truncateSync(file, 20_480)],
  ["no database", (file: string) => writeFileSync(file, "Dear diary, this is no backup. ".repeat(50))],
  ["empty", (file: string) => truncateSync(file, 0)],
])("a backup that is %s is not restored, and the database stays as it is", async (_what, damage) => {
  const { path: file } = await backupDatabase(options);
  damage(file);
  const before = readFileSync(path);
  await expect(restoreDatabase({ ...options, from: file })).rejects.toMatchObject({
    code: "BACKUP_UNUSABLE",
  });
  expect(readFileSync(path)).toEqual(before);
});

it("there must be a backup, it must be another file, and no server may run", async () => {
  await expect(restoreDatabase({ ...options, from: "latest" })).rejects.toMatchObject({
    code: "BACKUP_NOT_FOUND",
  });
  await expect(restoreDatabase({ ...options, from: path })).rejects.toMatchObject({
    code: "BACKUP_UNUSABLE",
  });
  const running = { ...options, from: old, serverRunning: () => ({ pid: 1, url: "http://localhost:1" }) };
  await expect(restoreDatabase(running)).rejects.toMatchObject({ code: "DATABASE_IN_USE" });
  await expect(resetDatabase(running)).rejects.toMatchObject({ code: "DATABASE_IN_USE" });
});

it("a damaged database is replaced by a backup, and kept byte for byte with the log beside it", async () => {
  const before = allValues(path);
  const { path: file } = await backupDatabase(options);
  leaveLogBehind();
  truncateSync(path, 20_480);
  const damaged = [readFileSync(path), readFileSync(`${path}-wal`)];
  const { kept } = await restoreDatabase({ ...options, from: file });
  expect([readFileSync(kept ?? ""), readFileSync(`${kept}-wal`)]).toEqual(damaged);
  expect(allValues(path)).toEqual(before);
});

it("a reset keeps the database, removes what lies beside it and starts anew at head", async () => {
  leaveLogBehind();
  const { kept, revision } = await resetDatabase(options);
  expect(revision).toBe(HEAD);
  expect(readdirSync(directory).sort()).toEqual(["backups", "dispatcher_db.sqlite"]);
  expect(allValues(path)).toMatchObject({ lattices: [], electrons: [] });
  expect(allValues(kept ?? "").lattices).toHaveLength(6);
  expect(await migrateDatabase(options)).toMatchObject({ performed: "nothing" });
});

it("a reset of a file that is no database works, and one that is not confirmed does nothing", async () => {
  writeFileSync(path, "Dear diary, this is no database. ".repeat(50));
  const before = readFileSync(path);
  await expect(resetDatabase({ ...options, confirm: async () => false })).rejects.toMatchObject({
    code: "NOT_CONFIRMED",
  });
  expect(readFileSync(path)).toEqual(before);
  const { kept } = await resetDatabase(options);
  expect(readFileSync(kept ?? "")).toEqual(before);
  await expect(restoreDatabase({ ...options, from: "latest" })).rejects.toMatchObject({
    code: "BACKUP_UNUSABLE",
    message: expect.stringMatching(/-damaged\.sqlite cannot be restored: .*`latest` passes it over/),
  });
  expect(await migrateDatabase(options)).toMatchObject({ performed: "nothing" });
});

/** As a program leaves it that is killed: a log that has not been folded in. */
function leaveLogBehind(): void {
  const copy = join(directory, "writer.sqlite");
  copyFileSync(path, copy);
  const writer = new DatabaseSync(copy);
  writer.exec("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; UPDATE lattices SET name = 'stale'");
  copyFileSync(copy, path);
  copyFileSync(`${copy}-wal`, `${path}-wal`);
  writer.close();
  for (const suffix of ["", "-wal", "-shm"]) rmSync(copy + suffix, { force: true });
}

function exec(file: string, sql: string): void {
  const connection = new DatabaseSync(file);
  connection.exec(sql);
  connection.close();
}

it("a database that its owner may only read is backed up, with its permissions", async () => {
  chmodSync(path, 0o444);
  const made = await backupDatabase(options);
  expect(statSync(made.path).mode & 0o777).toBe(0o444);
  expect(allValues(made.path)).toEqual(allValues(path));
});

// Nothing is read-only for root.
it.skipIf(process.getuid?.() === 0)(
  "in a directory that is read-only the file has to be named (skipped without an ordinary user)",
  async () => {
    chmodSync(directory, 0o555);
    try {
      await expect(backupDatabase(options)).rejects.toMatchObject({
        code: "DATABASE_READ_ONLY",
        hint: expect.stringContaining("covalent db backup FILE"),
      });
    } finally {
      chmodSync(directory, 0o755);
    }
  },
);

it("a backup that cannot be written where it was asked for says so of that place, and leaves nothing there", async () => {
  const taken = join(directory, "taken");
  writeFileSync(taken, "");
  for (const [file, reason] of [
    [directory, "it is a directory"],
    [taken, "there is a file of that name"],
    [join(taken, "below.sqlite"), "ENOTDIR"],
  ] as const)
    await expect(backupDatabase({ ...options, file })).rejects.toMatchObject({
      code: "BACKUP_FAILED",
      message: expect.stringContaining(reason),
      hint: expect.stringContaining("The database was not changed"),
    });
  expect(readdirSync(directory).sort()).toEqual(["dispatcher_db.sqlite", "taken"]);
});

// Nothing is read-only for root.
it.skipIf(process.getuid?.() === 0)(
  "nor into a directory of others (skipped without an ordinary user)",
  async () => {
    const others = join(directory, "others");
    mkdirSync(others, { mode: 0o555 });
    await expect(backupDatabase({ ...options, file: join(others, "mine.sqlite") })).rejects.toMatchObject({
      code: "BACKUP_FAILED",
      message: expect.stringContaining("EACCES"),
    });
  },
);
