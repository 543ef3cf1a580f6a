import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { runMigration } from "../../src/database/maintenance/migration-run.ts";
import { HISTORY } from "../../src/database/migration/history.ts";
import { allValues, makeOldDatabase } from "./old-database.ts";
import { quiet, requestFor } from "./quiet.ts";

/** A disk that is full, at whatever byte, loses nothing, and a migration goes on when there is room again. */

const PROGRAM = fileURLToPath(new URL("./full-disk.ts", import.meta.url));
const KIB = 1024;

/** A small disk in memory, in a mount namespace of its own that ends with the command. Then its files are copied out. */
const ON_SMALL_DISK = `
  size=$1 disk=$2 database=$3 out=$4 node=$5; shift 5
  mount -t tmpfs -o size=$size none "$disk" && cp "$database" "$disk/dispatcher_db.sqlite" && "$node" "$@"
  rm -f "$disk/filler"; cp -a "$disk/." "$out"`;

const canMount =
  spawnSync("unshare", ["-rm", "mount", "-t", "tmpfs", "-o", "size=64k", "none", tmpdir()]).status === 0;

const canLimit = spawnSync("prlimit", ["--version"]).status === 0;

let directory: string;
let databases: Record<"delete" | "wal", string>;
let expected: Record<string, string[]>;
let statements: number;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "covalent-full-"));
  databases = { delete: join(directory, "delete.sqlite"), wal: join(directory, "wal.sqlite") };
  await makeOldDatabase(databases.delete, { journal: "delete", dispatches: 12 });
  await makeOldDatabase(databases.wal, { journal: "wal", dispatches: 12 });
  const alone = join(directory, "alone.sqlite");
  await makeOldDatabase(alone, { dispatches: 12 });
  statements = 0;
  await runMigration(
    requestFor(alone),
    quiet({
      statement() {
        statements += 1;
      },
    }),
  );
  expected = allValues(alone);
  return () => rmSync(directory, { recursive: true });
});

describe.skipIf(!canMount)("on a small disk (skipped without the right to mount one)", () => {
  it.each(["delete", "wal"] as const)(
    "of any size, a migration is refused or succeeds, or fails and goes on later (journal_mode=%s)",
    { timeout: 600_000 },
    async (journal) => {
      const least = Math.ceil(statSync(databases[journal]).size / KIB) + 4;
      const ends: string[] = [];
      for (let size = least; size < least * 30; size = Math.ceil(size * 1.4)) {
        ends.push(await migrateOn(size, databases[journal], ["blind"]));
      }
      expect(ends).toEqual(expect.arrayContaining(["full", "migrated"]));

      // What the estimate lets pass must be enough.
      const looked: string[] = [];
      for (const times of [1, 4, 8, 16, 40]) {
        looked.push(await migrateOn(least * times, databases[journal], ["estimate"]));
      }
      expect(new Set(looked)).toEqual(new Set(["refused", "migrated"]));
    },
  );

  it.each(["delete", "wal"] as const)(
    "that others fill up half-way, the transaction is rolled back (journal_mode=%s)",
    { timeout: 600_000 },
    async (journal) => {
      const room = Math.ceil(statSync(databases[journal]).size / KIB) * 20;
      const ends: string[] = [];
      for (let at = 2, left = 0; at < statements; at += Math.ceil(statements / 14), left += 3_000) {
        ends.push(await migrateOn(room, databases[journal], ["fill", String(at), String(left)]));
      }
      expect(ends).toContain("full");
    },
  );
});

/** What a full disk does where none can be mounted: the system refuses bytes. */
describe("under a limit on the size of files", () => {
  it.each(["delete", "wal"] as const)(
    "of any size, a migration succeeds, or fails and goes on later (journal_mode=%s)",
    { timeout: 600_000 },
    async (journal) => {
      const least = Math.ceil(statSync(databases[journal]).size / KIB) + 4;
      const ends: string[] = [];
      for (let size = least; size < least * 40; size = Math.ceil(size * 1.6)) {
        ends.push(
          await migrateUnder(["sh", "-c", `ulimit -f ${size * 2}; exec "$@"`, "sh"], databases[journal], [
            "blind",
          ]),
        );
      }
      expect(ends).toEqual(expect.arrayContaining(["full", "migrated"]));
    },
  );

  it.skipIf(!canLimit)(
    "that is set half-way, the transaction is rolled back (skipped without prlimit)",
    { timeout: 600_000 },
    async () => {
      const { size } = statSync(databases.delete);
      const ends: string[] = [];
      for (let at = 2; at < statements; at += Math.ceil(statements / 10)) {
        ends.push(await migrateUnder([], databases.delete, ["limit", String(at), String(size + 8 * KIB)]));
      }
      expect(ends).toContain("full");
    },
  );
});

/** How a migration ended on a disk of so many KiB, when all is well otherwise. */
async function migrateOn(kib: number, database: string, mode: readonly string[]): Promise<string> {
  const disk = mkdtempSync(join(directory, "disk-"));
  const out = mkdtempSync(join(directory, "out-"));
  const file = join(disk, "dispatcher_db.sqlite");
  const parameters = [`${kib}k`, disk, database, out, process.execPath, PROGRAM, file, ...mode];
  const output = await run("unshare", ["-rm", "sh", "-c", ON_SMALL_DISK, "sh", ...parameters]);
  return await endOf(output, out, `${kib}k ${mode.join(" ")}`);
}

/** The same under a command that limits the program. */
async function migrateUnder(
  limit: readonly string[],
  database: string,
  mode: readonly string[],
): Promise<string> {
  const out = mkdtempSync(join(directory, "out-"));
  const file = join(out, "dispatcher_db.sqlite");
  copyFileSync(database, file);
  const [command = "", ...parameters] = [...limit, process.execPath, PROGRAM, file, ...mode];
  const output = await run(command, parameters);
  return await endOf(output, out, [...limit, ...mode].join(" "));
}

async function endOf(output: string, out: string, name: string): Promise<string> {
  const copy = join(out, "dispatcher_db.sqlite");
  expectSound(copy, name);
  expect(
    readdirSync(out).filter((left) => left.endsWith(".partial")),
    name,
  ).toEqual([]);
  await runMigration(requestFor(copy), quiet());
  expect(allValues(copy), name).toEqual(expected);
  rmSync(out, { recursive: true });
  if (output === "migrated") return "migrated";
  expect(output, name).toMatch(
    /^(DATABASE_DISK_FULL|MIGRATION_FAILED|DATABASE_UNUSABLE) .*(has no room|is full|takes no more)/,
  );
  return output.startsWith("MIGRATION_FAILED") ? "full" : "refused";
}

async function run(command: string, parameters: readonly string[]): Promise<string> {
  const child = spawn(command, parameters, {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, NODE_COMPILE_CACHE: join(directory, "compiled") },
  });
  let output = "";
  child.stdout.on("data", (text: Buffer) => {
    output += text.toString();
  });
  await once(child, "close");
  return output;
}

function expectSound(path: string, name: string): void {
  const connection = new DatabaseSync(path, { timeout: 5_000 });
  try {
    expect(connection.prepare("PRAGMA integrity_check").get(), name).toEqual({ integrity_check: "ok" });
    const revision = connection.prepare("SELECT version_num FROM alembic_version").get()?.version_num;
    expect(
      HISTORY.map(({ id }) => id),
      name,
    ).toContain(revision);
  } finally {
    connection.close();
  }
}
