import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { doctor } from "../../src/database/diagnosis/doctor.ts";
import { backupDatabase } from "../../src/database/maintenance/backup.ts";
import { migrateDatabase } from "../../src/database/maintenance/migrate.ts";
import { runMigration } from "../../src/database/maintenance/migration-run.ts";
import { NOBODY } from "../../src/database/maintenance/observer.ts";
import { HEAD } from "../../src/database/migration/history.ts";
import { checkFile } from "../../src/database/open-check.ts";
import { allValues, makeOldDatabase } from "./old-database.ts";
import { quiet, requestFor } from "./quiet.ts";

/** What stands in the way of a migration is said, and the file is what it was: to the byte, with the same files beside it. */

const HOLD = fileURLToPath(new URL("./hold-lock.ts", import.meta.url));
const MIGRATE = fileURLToPath(new URL("./killed-migrate.ts", import.meta.url));

let old: string;
let directory: string;
let path: string;
beforeAll(async () => {
  const made = mkdtempSync(join(tmpdir(), "covalent-old-"));
  old = join(made, "old.sqlite");
  await makeOldDatabase(old);
  return () => rmSync(made, { recursive: true });
});
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "covalent-refused-"));
  path = join(directory, "dispatcher_db.sqlite");
  copyFileSync(old, path);
});
afterEach(() => {
  chmodSync(directory, 0o700);
  rmSync(directory, { recursive: true });
});

it("a server that runs on the database is named", async () => {
  const refused = await untouched(() =>
    migrateDatabase({
      path,
      report: NOBODY,
      serverRunning: () => ({ pid: 4711, url: "http://localhost:48008" }),
    }),
  );
  expect(refused).toMatchObject({ code: "DATABASE_IN_USE", message: expect.stringContaining("4711") });
});

it("a link to a database that is not there is said to lead nowhere, and where it leads", async () => {
  const link = join(directory, "link.sqlite");
  const target = join(directory, "unplugged", "dispatcher_db.sqlite");
  symlinkSync(target, link);
  const refusal = { code: "DATABASE_UNUSABLE", message: expect.stringContaining(target) };
  for (const work of [
    () => migrateDatabase({ path: link, report: NOBODY }),
    () => doctor(link),
    () => backupDatabase({ path: link, report: NOBODY }),
    () => checkFile(link),
  ]) {
    await expect(work()).rejects.toMatchObject(refusal);
  }
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
});

it.each(["BEGIN EXCLUSIVE", "BEGIN IMMEDIATE"])(
  "a database that another process has locked (%s) is left alone",
  async (sql) => {
    await whileHeld(sql, async () => {
      expect(await untouched(migrate)).toMatchObject({ code: "DATABASE_BUSY" });
    });
    expect(await migrate()).toMatchObject({ performed: "migrated", to: HEAD });
  },
);

it("a database in WAL mode that another process writes to is left alone", { timeout: 60_000 }, async () => {
  inWal();
  await whileHeld("BEGIN IMMEDIATE", async () => {
    expect(await untouched(migrate)).toMatchObject({ code: "DATABASE_BUSY" });
  });
  expect(await migrate()).toMatchObject({ performed: "migrated" });
});

it("another process that only has it open does not hinder a migration", async () => {
  await whileHeld("SELECT count(*) FROM sqlite_schema", async () => {
    expect(await migrate()).toMatchObject({ performed: "migrated" });
  });
});

it.each([
  ["truncated", () => truncateSync(path, 20_480)],
  ["truncated in the middle of a page", () => truncateSync(path, 21_000)],
  ["overwritten in the middle", () => scribble(16_384, 8_192)],
  [
    "no database at all",
    () => writeFileSync(path, "Dear diary, today I learnt that this is no database.".repeat(40)),
  ],
])("a file that is %s is left as it is", async (_what, damage) => {
  damage();
  const refused = await untouched(migrate);
  expect(refused).toMatchObject({ code: expect.stringMatching(/^DATABASE_(UNUSABLE|REFUSED)$/) });
  expect(String(refused.hint)).toContain("covalent db restore latest");
});

it("a directory in its place is said to be none", async () => {
  rmSync(path);
  mkdirSync(path);
  await expect(migrate()).rejects.toMatchObject({ code: "DATABASE_UNUSABLE" });
});

it("a zero-byte file and an absent one become an empty database at head, without a backup", async () => {
  truncateSync(path, 0);
  expect(await migrate()).toMatchObject({ performed: "migrated", from: null, to: HEAD });
  rmSync(path);
  expect(await migrate()).toMatchObject({ performed: "migrated", from: null, to: HEAD });
  expect(readdirSync(directory)).toEqual(["dispatcher_db.sqlite"]);
  expect(await migrate()).toMatchObject({ performed: "nothing" });
});

it("a revision that does not exist makes no file", async () => {
  rmSync(path);
  await expect(migrateDatabase({ path, to: "abcdef", report: NOBODY })).rejects.toMatchObject({
    code: "REVISION_NOT_FOUND",
  });
  expect(existsSync(path)).toBe(false);
});

it("a plan and a dry run touch nothing", async () => {
  inWal();
  expect(await untouched(() => migrateDatabase({ path, report: NOBODY, planOnly: true }))).toMatchObject({
    performed: "planned",
  });
  expect(await untouched(() => migrateDatabase({ path, report: NOBODY, dryRun: true }))).toMatchObject({
    performed: "rehearsed",
  });
});

it("a rehearsal sorts in the database's directory: the system's may be memory", async () => {
  const connection = new DatabaseSync(":memory:");
  onTestFinished(() => connection.close());
  await migrateDatabase({ path, report: NOBODY, dryRun: true });
  // SQLite has one such directory for a whole process.
  expect(connection.prepare("PRAGMA temp_store_directory").get()).toEqual({
    temp_store_directory: dirname(path),
  });
});

it("Ctrl-C during the rehearsal leaves the file as it was", async () => {
  const interrupted = new AbortController();
  const report = { ...NOBODY, progress: () => interrupted.abort() };
  const refused = await untouched(() => migrateDatabase({ path, report, signal: interrupted.signal }));
  expect(refused).toMatchObject({ code: "MIGRATION_INTERRUPTED" });
});

it("a program that writes between the look and the lock is noticed, and nothing is done", async () => {
  const statement = (sql: string): void => {
    if (sql !== "BEGIN IMMEDIATE") return;
    const other = new DatabaseSync(path);
    other.exec("UPDATE lattices SET name = 'changed' WHERE id = 2");
    other.close();
  };
  await expect(runMigration(requestFor(path), quiet({ statement }))).rejects.toMatchObject({
    code: "DATABASE_CHANGED",
  });
  expect(nameOf(2)).toBe("changed");
  expect(ask(path, "SELECT version_num FROM alembic_version")).toBe("b60c5ecdf927");
});

it("what is found wrong while another program writes is not blamed on the file", async () => {
  const availableBytes = (): number => {
    const other = new DatabaseSync(path);
    other.exec("UPDATE lattices SET name = 'changed' WHERE id = 2");
    other.close();
    return 0;
  };
  await expect(runMigration(requestFor(path), quiet({ availableBytes }))).rejects.toMatchObject({
    code: "DATABASE_CHANGED",
  });
});

it("of two migrations at once one wins, the other says so, and nothing is lost", {
  timeout: 120_000,
}, async () => {
  const alone = join(directory, "alone.sqlite");
  copyFileSync(path, alone);
  await runMigration(requestFor(alone), quiet());
  const both = [spawnMigration(), spawnMigration()];
  const ends = await Promise.all(both.map(ended));
  expect(ends.map(({ code }) => code).sort()).toContain(0);
  for (const { code, errors } of ends) {
    if (code !== 0) expect(errors).toMatch(/DATABASE_BUSY|DATABASE_CHANGED|MIGRATION_OVERTAKEN/);
  }
  expect(allValues(path)).toEqual(allValues(alone));
});

describe("what ended programs left open", () => {
  it("is part of what is migrated: a -wal", async () => {
    await leaveOpen(
      "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; UPDATE lattices SET name = 'in the log' WHERE id = 2",
    );
    rmSync(`${path}-shm`, { force: true });
    expect(await untouched(() => migrateDatabase({ path, report: NOBODY, dryRun: true }))).toMatchObject({
      performed: "rehearsed",
    });
    expect(await migrate()).toMatchObject({ performed: "migrated" });
    expect(readdirSync(directory).sort()).toEqual(["backups", "dispatcher_db.sqlite"]);
    expect(nameOf(2)).toBe("in the log");
  });

  it("is taken back before anything else: a -journal", async () => {
    await leaveOpen(
      "PRAGMA cache_size = 1; BEGIN; UPDATE electrons SET name = hex(randomblob(2000)); UPDATE lattices SET name = 'never committed'",
    );
    expect(existsSync(`${path}-journal`)).toBe(true);
    expect(await untouched(() => migrateDatabase({ path, report: NOBODY, dryRun: true }))).toMatchObject({
      performed: "rehearsed",
    });
    expect(
      await untouched(() => migrateDatabase({ path, to: "9f1271ef662a", report: NOBODY })),
    ).toMatchObject({
      code: "MIGRATION_VIOLATIONS",
    });
    expect(await migrate()).toMatchObject({ performed: "migrated" });
    expect(nameOf(2)).toBe("run 2");
  });
});

const isRoot = process.getuid?.() === 0;

describe.skipIf(!isRoot)("for a user who may not write (skipped without root)", () => {
  it.each([
    ["file", () => chmodSync(path, 0o444), () => chmodSync(directory, 0o777)],
    ["directory", () => chmodSync(path, 0o666), () => chmodSync(directory, 0o555)],
  ])(
    "a read-only %s is said to be read-only, and nothing is changed",
    async (_what, forFile, forDirectory) => {
      forFile();
      forDirectory();
      const refused = await untouched(async () => await ended(spawnMigration(65_534)));
      expect(refused.errors).toContain("DATABASE_READ_ONLY");
    },
  );

  it("a file that may not be read is said to be unreadable", async () => {
    chmodSync(path, 0o600);
    chmodSync(directory, 0o777);
    const refused = await untouched(async () => await ended(spawnMigration(65_534)));
    expect(refused.errors).toContain("DATABASE_UNUSABLE");
  });
});

async function migrate() {
  return await migrateDatabase({ path, report: NOBODY });
}

/** What `work` gives or throws; afterwards every file must be what it was. A `-shm` is an index that a reader may make anew. */
async function untouched<T>(work: () => Promise<T>): Promise<T & { code: string; hint: string }> {
  const before = filesIn();
  const result = await work().catch((error: unknown) => error);
  expect(filesIn()).toEqual(before);
  return result as T & { code: string; hint: string };
}

function filesIn(): Record<string, string> {
  return Object.fromEntries(
    readdirSync(directory)
      .sort()
      .map((name) => [
        name,
        name.endsWith("-shm") ? "" : readFileSync(join(directory, name)).toString("hex"),
      ]),
  );
}

async function whileHeld(sql: string, work: () => Promise<void>): Promise<void> {
  const holder = spawn(process.execPath, [HOLD, path, sql], { stdio: ["pipe", "pipe", "inherit"] });
  const closed = once(holder, "close");
  try {
    await once(holder.stdout, "data");
    await work();
  } finally {
    holder.stdin.end();
    await closed;
  }
}

/** Leaves the files of a program that was killed with these statements done. */
async function leaveOpen(sql: string): Promise<void> {
  const holder = spawn(process.execPath, [HOLD, path, sql], { stdio: ["pipe", "pipe", "inherit"] });
  const closed = once(holder, "close");
  await once(holder.stdout, "data");
  holder.kill("SIGKILL");
  await closed;
}

function spawnMigration(uid?: number): ChildProcess {
  const child = spawn(process.execPath, [MIGRATE, path], {
    stdio: ["ignore", "ignore", "pipe"],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

async function ended(child: ChildProcess): Promise<{ code: number | null; errors: string }> {
  let errors = "";
  child.stderr?.on("data", (text: Buffer) => {
    errors += text.toString();
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { code, errors };
}

function inWal(): void {
  const connection = new DatabaseSync(path);
  connection.exec("PRAGMA journal_mode = WAL");
  connection.close();
}

function scribble(at: number, bytes: number): void {
  const content = readFileSync(path);
  content.fill(0xa5, at, at + bytes);
  writeFileSync(path, content);
}

function nameOf(id: number): unknown {
  return ask(path, `SELECT name FROM lattices WHERE id = ${id}`);
}

function ask(file: string, sql: string): unknown {
  const connection = new DatabaseSync(file, { readOnly: true });
  try {
    return Object.values(connection.prepare(sql).get() ?? {})[0];
  } finally {
    connection.close();
  }
}
