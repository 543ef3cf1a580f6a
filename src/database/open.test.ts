import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it, onTestFinished } from "vitest";
import { VERSION } from "../version.ts";
import { openForMigration } from "./dialects/sqlite/connection.ts";
import { HEAD, plan } from "./migration/history.ts";
import { migrateTo } from "./migration/migrate.test-support.ts";
import { type DatabaseOptions, openDatabase } from "./open.ts";
import { databaseStatus } from "./status.ts";

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "covalent-open-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

async function open(path: string, options: Partial<DatabaseOptions> = {}) {
  const database = await openDatabase({ path, durability: "process", ...options });
  onTestFinished(() => database.close());
  return database;
}

function databaseAt(path: string, revision: string): void {
  const connection = openForMigration(path);
  migrateTo(connection, revision);
  connection.close();
}

describe("opening a database", () => {
  it("makes the file and its directory for the user alone, with the schema at head", async () => {
    const path = join(temporaryDirectory(), "covalent", "runs.sqlite");
    expect((await open(path)).revision).toBe(HEAD);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(path, "..")).mode & 0o777).toBe(0o700);
    expect(statSync(`${path}-wal`).mode & 0o777).toBe(0o600);
    expect(await databaseStatus(path)).toEqual({
      url: `sqlite:///${path}`,
      exists: true,
      stamped: [HEAD],
      revision: HEAD,
      head: HEAD,
      pending: 0,
      problem: null,
    });
  });

  it("takes an empty file for a new database", async () => {
    const path = join(temporaryDirectory(), "runs.sqlite");
    writeFileSync(path, "");
    expect(await databaseStatus(path)).toMatchObject({ revision: null, pending: plan(null, HEAD).length });
    expect((await open(path)).revision).toBe(HEAD);
  });

  it("says what it is that is no database of ours, and leaves it and its directory as they were", async () => {
    const cases: [string, (path: string) => unknown, object][] = [
      [
        "old",
        (path) => databaseAt(path, "7b40a55c0752"),
        { code: "DATABASE_NEEDS_UPGRADE", details: { pending: plan("7b40a55c0752", HEAD).length } },
      ],
      [
        "strange",
        strangeDatabase,
        { code: "DATABASE_UNKNOWN_REVISION", details: { revision: "ffffffffffff" } },
      ],
      ["newer", newerDatabase, { code: "DATABASE_NEWER", details: { writtenBy: "9.1.0", version: VERSION } }],
      ["text", (path) => writeFileSync(path, "not a database at all"), { code: "DATABASE_UNUSABLE" }],
      ["truncated", truncatedDatabase, { code: "DATABASE_UNUSABLE" }],
      ["foreign", foreignDatabase, { code: "DATABASE_UNUSABLE" }],
      ["folder", (path) => mkdirSync(path), { code: "DATABASE_UNUSABLE" }],
      ["wal", quietWalDatabase, { code: "DATABASE_NEEDS_UPGRADE" }],
      [
        "without a table",
        (path) => headWith(path, "DROP TABLE events"),
        { code: "DATABASE_UNSOUND", message: expect.stringContaining("events") },
      ],
      [
        "without a column",
        (path) => headWith(path, "ALTER TABLE lattices DROP COLUMN docstring_filename"),
        { code: "DATABASE_UNSOUND", message: expect.stringContaining("docstring_filename") },
      ],
      [
        "without an index",
        (path) => headWith(path, "DROP INDEX latid_nodeid_idx"),
        { code: "DATABASE_UNSOUND", hint: expect.stringContaining("covalent db migrate") },
      ],
      [
        "unstamped",
        (path) => headWith(path, "DROP TABLE alembic_version"),
        { code: "DATABASE_UNSOUND", hint: expect.stringContaining("covalent db migrate") },
      ],
      [
        "stamped too high",
        (path) => {
          databaseAt(path, "7b40a55c0752");
          execute(path, `UPDATE alembic_version SET version_num = '${HEAD}'`);
        },
        { code: "DATABASE_UNSOUND", hint: expect.stringContaining("covalent db repair") },
      ],
    ];
    for (const [name, make, error] of cases) {
      const directory = temporaryDirectory();
      const path = join(directory, name);
      await make(path);
      const before = contentsOf(directory);
      await expect(openDatabase({ path, durability: "process" }), name).rejects.toMatchObject(error);
      expect(contentsOf(directory), name).toEqual(before);
    }
  });

  it("removes a registration that never finished, with what was carried for its rows", async () => {
    const path = join(temporaryDirectory(), "runs.sqlite");
    databaseAt(path, HEAD);
    const connection = new DatabaseSync(path);
    onTestFinished(() => connection.close());
    connection.exec(`INSERT INTO lattices (id, dispatch_id, name, status, electron_num, completed_electron_num, is_active, registering)
        VALUES (1, 'cut', 'pi', 'NEW_OBJECT', 1, 0, 1, 1);
      CREATE TABLE _covalent_carried (table_name TEXT, row_id INTEGER, column_name TEXT, value);
      INSERT INTO _covalent_carried VALUES ('lattices', 1, 'deps_filename', 'x'), ('lattices', 2, 'deps_filename', 'y')`);
    await open(path);
    expect(connection.prepare("SELECT id FROM lattices").all()).toEqual([]);
    expect(connection.prepare("SELECT row_id AS id FROM _covalent_carried").all()).toEqual([{ id: 2 }]);
  });

  it("says so when another program holds the file", async () => {
    const path = join(temporaryDirectory(), "runs.sqlite");
    databaseAt(path, HEAD);
    const other = new DatabaseSync(path);
    onTestFinished(() => other.close());
    other.exec("BEGIN EXCLUSIVE");
    await expect(openDatabase({ path, durability: "process" })).rejects.toMatchObject({
      code: "DATABASE_BUSY",
    });
  });

  it("never takes up what the original left running, and shows it as it is", async () => {
    const path = join(temporaryDirectory(), "runs.sqlite");
    databaseAt(path, HEAD);
    const connection = new DatabaseSync(path);
    connection.exec(`INSERT INTO jobs (id, cancel_requested, job_handle, status) VALUES (1, 0, 'null', 'RUNNING');
      INSERT INTO lattices (id, dispatch_id, name, status, electron_num, completed_electron_num, is_active, executor_data,
        created_at) VALUES (1, 'old', 'pi', 'POSTPROCESSING', 1, 0, 1, '{malformed', '2022-08-01 09:00:00');
      INSERT INTO electrons (id, parent_lattice_id, transport_graph_node_id, type, name, status, is_active, job_id,
        task_group_id) VALUES (5, 1, 0, 'postprocess', ':postprocess:', 'RUNNING', 1, 1, 0);
      INSERT INTO assets (id, storage_type, storage_path, object_key, size)
        VALUES (1, 'file', '/data/old', 'result.tobj', 9007199254740993);
      INSERT INTO electron_assets (meta_id, asset_id, key) VALUES (5, 1, 'output')`);
    connection.close();
    const { journal, dispatches, assets } = await open(path);
    expect(await journal.inFlight()).toEqual([]);
    expect(await journal.claimStart("old", 1)).toBe(false);
    expect(await dispatches.summary("old")).toMatchObject({
      status: "POSTPROCESSING",
      created_at: "2022-08-01T09:00:00.000Z",
      language: null,
    });
    expect(await dispatches.nodes("old", { after: -1, limit: 1 })).toMatchObject([
      { metadata: { type: "function" } },
    ]);
    expect(await assets.find("old", 0, "output")).toMatchObject({
      digest: null,
      storageType: "file",
      storagePath: "/data/old",
      objectKey: "result.tobj",
      size: 9007199254740992,
    });
  });

  it("keeps the newest events and says which is the oldest", async () => {
    const path = join(temporaryDirectory(), "runs.sqlite");
    databaseAt(path, HEAD);
    const connection = new DatabaseSync(path);
    const insert = connection.prepare(
      "INSERT INTO events (at, dispatch_id, status) VALUES (1, 'd', 'RUNNING')",
    );
    connection.exec("BEGIN");
    for (let count = 0; count < 50; count++) insert.run();
    connection.exec("COMMIT");
    connection.exec(`WITH RECURSIVE numbers (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM numbers LIMIT 1000)
      INSERT INTO lattices (dispatch_id, name, status, electron_num, completed_electron_num, is_active,
      language) SELECT value, 'x', 'NEW_OBJECT', 0, 0, 1, 'typescript' FROM numbers`);
    connection.close();
    const { journal, events } = await open(path, { eventsKept: 10 });
    expect([await events.oldest(), events.latest]).toEqual([1, 50]);
    await Promise.all(Array.from({ length: 1_000 }, (_, index) => journal.claimStart(String(index + 1), 1)));
    await expect.poll(() => events.oldest()).toBeGreaterThan(1_000);
    expect(events.latest).toBe(1_050);
    expect((await events.since(0, 2_000)).at(-1)?.sequence).toBe(1_050);
  });
});

function execute(path: string, sql: string): void {
  const connection = new DatabaseSync(path);
  connection.exec(sql);
  connection.close();
}

/** A database that names head and is not. */
function headWith(path: string, sql: string): void {
  databaseAt(path, HEAD);
  execute(path, sql);
}

function strangeDatabase(path: string): void {
  headWith(path, "UPDATE alembic_version SET version_num = 'ffffffffffff'");
}

async function newerDatabase(path: string): Promise<void> {
  await strangeDatabase(path);
  const connection = new DatabaseSync(path);
  connection.exec("INSERT INTO covalent_schema VALUES ('ffffffffffff', '9.1.0', '2031-01-01T00:00:00Z')");
  connection.close();
}

async function truncatedDatabase(path: string): Promise<void> {
  databaseAt(path, "7b40a55c0752");
  writeFileSync(path, readFileSync(path).subarray(0, 5_000));
}

function foreignDatabase(path: string): void {
  const connection = new DatabaseSync(path);
  connection.exec("CREATE TABLE recipes (id INTEGER PRIMARY KEY)");
  connection.close();
}

/** A database in WAL mode whose log was folded in: nothing lies beside it. */
async function quietWalDatabase(path: string): Promise<void> {
  databaseAt(path, "7b40a55c0752");
  const connection = new DatabaseSync(path);
  connection.exec("PRAGMA journal_mode = WAL");
  connection.close();
}

function contentsOf(directory: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(directory).map((name) => {
      const path = join(directory, name);
      return [name, statSync(path).isFile() ? readFileSync(path, "base64") : "directory"];
    }),
  );
}
