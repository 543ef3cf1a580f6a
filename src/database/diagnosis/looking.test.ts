import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { NOBODY } from "../maintenance/observer.ts";
import { HEAD } from "../migration/history.ts";
import { migrateTo } from "../migration/migrate.test-support.ts";
import { doctor } from "./doctor.ts";
import { populatedAt } from "./half-way.test-support.ts";
import { listQuarantine, restoreQuarantine } from "./quarantine.ts";
import { applyRepair, planRepair } from "./repair.ts";
import { checkSchema } from "./schema-check.ts";

const FIXTURES = fileURLToPath(new URL("../../../../shared/fixtures/covalent-db/", import.meta.url));

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "covalent-diagnosis-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

/** A populated database in a file, changed as `sql` says. */
function fileAt(revision: string, sql = ""): string {
  const path = join(temporaryDirectory(), "runs.sqlite");
  populatedAt(revision).exec(`VACUUM INTO '${path}'`);
  change(path, sql);
  return path;
}

function change(path: string, sql: string): void {
  const connection = new DatabaseSync(path, { enableForeignKeyConstraints: false, defensive: false });
  connection.exec(sql);
  connection.close();
}

function valuesIn(path: string, sql: string): unknown[] {
  const connection = new DatabaseSync(path, { readOnly: true });
  const rows = connection.prepare(sql).all();
  connection.close();
  return rows.flatMap((row) => Object.values(row));
}

/** Every file of a directory with the digest of its content. */
function contentOf(directory: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(directory).map((name) => [
      name,
      createHash("sha256")
        .update(readFileSync(join(directory, name)))
        .digest("hex"),
    ]),
  );
}

/** A copy of a database whose last writer died: with a log, or a journal that has to be played back. */
function killedAt(mode: "WAL" | "DELETE"): string {
  const path = fileAt("7b40a55c0752", `PRAGMA journal_mode = ${mode}`);
  const directory = temporaryDirectory();
  const writer = new DatabaseSync(path);
  writer.exec("PRAGMA cache_spill = 1; PRAGMA cache_size = 1; BEGIN; UPDATE lattices SET name = 'changed'");
  writer.exec(
    "CREATE TABLE filler AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 2000) SELECT i, hex(randomblob(50)) AS h FROM n",
  );
  if (mode === "WAL") writer.exec("COMMIT");
  for (const suffix of ["", "-wal", "-journal"]) {
    if (existsSync(path + suffix)) copyFileSync(path + suffix, join(directory, `runs.sqlite${suffix}`));
  }
  writer.close();
  return join(directory, "runs.sqlite");
}

const looks = [doctor, planRepair, checkSchema, listQuarantine];

describe("looking at a database", () => {
  const files: [string, () => string][] = [
    ["of an old revision", () => fileAt("26d71848a404")],
    ["in WAL mode that rests", () => fileAt("7b40a55c0752", "PRAGMA journal_mode = WAL")],
    ["whose writer died with a log", () => killedAt("WAL")],
    ["whose writer died with a journal", () => killedAt("DELETE")],
    [
      "left half-way",
      () =>
        fileAt(
          "7b40a55c0752",
          "CREATE TABLE workflowstate (dispatch_id TEXT NOT NULL, num_unresolved_tasks INTEGER NOT NULL, PRIMARY KEY (dispatch_id))",
        ),
    ],
  ];
  it.each(files)("%s changes no byte and leaves no file", async (_, make) => {
    const path = make();
    const before = contentOf(join(path, ".."));
    for (const look of looks) await look(path);
    expect(contentOf(join(path, ".."))).toEqual(before);
  });

  it("sees what a log holds, and not what a journal takes back", async () => {
    expect((await doctor(killedAt("WAL"))).findings).toMatchObject([
      { code: "FOREIGN", what: "tables of your own: filler" },
    ]);
    expect((await doctor(killedAt("DELETE"))).findings).toEqual([]);
  });

  it("says what a migration would refuse: objects that use what goes, and rows that a revision does not permit", async () => {
    const path = fileAt("9b9d58f02985", "CREATE INDEX mine ON electrons (info_filename)");
    expect(await doctor(path)).toMatchObject({
      certain: false,
      pending: [],
      findings: [{ code: "FOREIGN" }, { code: "OBSTACLE", what: expect.stringContaining("mine") }],
      next: expect.stringMatching(/refuses.*DROP INDEX "mine"/),
    });
    change(path, "DROP INDEX mine; UPDATE lattices SET dispatch_id = 'root'");
    expect(await doctor(path)).toMatchObject({
      certain: false,
      findings: [{ code: "VIOLATION", details: { table: "lattices", rows: expect.any(Number) } }],
      next: expect.stringContaining("--on-violation=quarantine"),
    });
  });

  it("says that a directory and a named pipe are no files, and waits for nobody", async () => {
    const pipe = join(temporaryDirectory(), "pipe.sqlite");
    execFileSync("mkfifo", [pipe]);
    for (const path of [pipe, temporaryDirectory()]) {
      await expect(doctor(path)).rejects.toMatchObject({
        code: "DATABASE_UNUSABLE",
        message: expect.stringContaining("it is not a file"),
      });
    }
  });

  it("says of damaged files that they are, and of other files that they are no databases", async () => {
    const path = fileAt("7b40a55c0752");
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.subarray(0, bytes.length / 2));
    expect(await doctor(path)).toMatchObject({
      certain: false,
      healthy: false,
      findings: [{ code: "DAMAGED" }],
      next: expect.stringContaining("covalent db restore latest"),
    });
    writeFileSync(path, bytes.fill(0xab, bytes.length - 4096));
    expect((await doctor(path)).findings[0]).toMatchObject({ severity: "refuse" });
    writeFileSync(
      path,
      "a letter to a friend, long enough to be taken for something else by nobody at all. ".repeat(20),
    );
    expect((await doctor(path)).findings).toMatchObject([
      { code: "NOT_A_DATABASE", what: expect.stringContaining("not a SQLite database") },
    ]);
    writeFileSync(path, "");
    expect(await doctor(path)).toMatchObject({ certain: true, revision: null, healthy: true });
  });

  it("reports a database that somebody holds shut, instead of taking it for a damaged one", async () => {
    const path = fileAt("7b40a55c0752");
    const other = new DatabaseSync(path);
    onTestFinished(() => other.close());
    other.exec("BEGIN EXCLUSIVE");
    await expect(doctor(path)).rejects.toMatchObject({ code: "DATABASE_BUSY" });
  });

  it("says what a file that is not there would be", async () => {
    const path = join(temporaryDirectory(), "none.sqlite");
    expect(await doctor(path)).toMatchObject({
      exists: false,
      certain: true,
      revision: null,
      next: expect.stringContaining("covalent db migrate"),
    });
    await expect(checkSchema(path)).rejects.toMatchObject({ code: "DATABASE_NOT_FOUND" });
  });
});

describe("doctor", () => {
  it("says what a migration would do", async () => {
    const report = await doctor(fileAt("7b40a55c0752"));
    expect(report).toMatchObject({
      revision: "7b40a55c0752",
      head: HEAD,
      healthy: true,
    });
    expect(report.pending[0]).toEqual({
      from: "7b40a55c0752",
      to: "7e9fb153ecfb",
      message: "Add task_group table",
    });
    expect(report.next).toBe(`Run \`covalent db migrate\`: ${report.pending.length} steps lead to ${HEAD}.`);
  });
});

describe("check", () => {
  it("finds nothing in a sound database, and each difference in another", async () => {
    expect(await checkSchema(fileAt("7b40a55c0752"))).toMatchObject({
      revision: "7b40a55c0752",
      differences: [],
    });
    const drifted = fileAt(
      "7b40a55c0752",
      "DROP INDEX pnode_idx; ALTER TABLE lattices RENAME COLUMN results_dir TO dir; ALTER TABLE lattices ADD COLUMN results_dir TEXT",
    );
    expect((await checkSchema(drifted)).differences.map(({ what }) => what)).toEqual([
      "index pnode_idx of electron_dependency is missing",
      "the columns of lattices are in another order",
    ]);
  });
});

describe("repair", () => {
  const stampedWrong = "UPDATE alembic_version SET version_num = 'b60c5ecdf927'";
  const yes = { report: NOBODY, confirm: async () => true };

  it("does what it says, after a backup of what was", async () => {
    const path = fileAt("7b40a55c0752", stampedWrong);
    const plan = await planRepair(path);
    expect(plan).toMatchObject({ possible: true, findings: [{ code: "STAMP_WRONG" }] });
    const outcome = await applyRepair({ path, ...yes });
    expect(outcome).toMatchObject({ revision: "7b40a55c0752", statements: plan.statements });
    expect(valuesIn(path, "SELECT version_num FROM alembic_version")).toEqual(["7b40a55c0752"]);
    expect(valuesIn(outcome.backup ?? "", "SELECT version_num FROM alembic_version")).toEqual([
      "b60c5ecdf927",
    ]);
    expect(await applyRepair({ path, ...yes })).toMatchObject({ backup: null, statements: [] });
  });

  it.each([
    ["nobody says yes", stampedWrong, {}, "NOT_CONFIRMED"],
    [
      "a server runs",
      stampedWrong,
      { serverRunning: () => ({ pid: 1, url: "http://x" }) },
      "DATABASE_IN_USE",
    ],
    [
      "a person has to decide first",
      "INSERT INTO alembic_version VALUES ('deadbeef0000')",
      {},
      "DATABASE_REFUSED",
    ],
  ])("changes nothing when %s", async (_, sql, options, code) => {
    const path = fileAt("7b40a55c0752", sql);
    const before = contentOf(join(path, ".."));
    const asked = code === "NOT_CONFIRMED" ? { report: NOBODY } : yes;
    await expect(applyRepair({ path, ...asked, ...options })).rejects.toMatchObject({ code });
    expect(contentOf(join(path, ".."))).toEqual(before);
  });

  it("makes indexes again that disagree with their tables", async () => {
    const path = fileAt(
      "7b40a55c0752",
      `CREATE TABLE other (id); PRAGMA writable_schema = ON;
      UPDATE sqlite_schema SET sql = 'CREATE INDEX cnode_idx ON electron_dependency (parent_electron_id)' WHERE name = 'cnode_idx'`,
    );
    change(
      path,
      "INSERT INTO electron_dependency (id, electron_id, parent_electron_id, edge_name, is_active) VALUES (2, 3, 1, 'y', 1)",
    );
    change(
      path,
      `PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE INDEX cnode_idx ON electron_dependency (electron_id)' WHERE name = 'cnode_idx'`,
    );
    expect((await doctor(path)).findings).toContainEqual(
      expect.objectContaining({ code: "INDEX_DAMAGED", severity: "repair" }),
    );
    expect((await applyRepair({ path, ...yes })).backup).toContain("backups");
    expect(await doctor(path)).toMatchObject({ certain: true, healthy: true });
  });
});

describe("the quarantine", () => {
  it("lists what is kept aside and puts it back", async () => {
    const connection = populatedAt("9b9d58f02985");
    migrateTo(connection, "9f1271ef662a", { onViolation: "quarantine" });
    const path = join(temporaryDirectory(), "runs.sqlite");
    connection.exec(`VACUUM INTO '${path}'`);
    const listed = await listQuarantine(path);
    expect(listed.find(({ table }) => table === "lattices")).toMatchObject({
      revision: "9f1271ef662a",
      rows: 1,
      examples: [{ id: "1", dispatchId: "root" }],
    });
    const yes = { path, report: NOBODY, confirm: async () => true };
    await expect(restoreQuarantine(yes)).rejects.toMatchObject({ code: "DATABASE_REFUSED" });
    expect(await listQuarantine(path)).toEqual(listed);
    change(path, "DELETE FROM _covalent_quarantine_lattices WHERE electron_id IS NULL");
    const outcome = await restoreQuarantine(yes);
    expect(outcome).toMatchObject({ left: [], backup: expect.stringContaining("9f1271ef662a") });
    expect(outcome.restored).toMatchObject({ electrons: expect.any(Number) });
  });

  it("gives rows that come back at head what a migration would have given them", async () => {
    const connection = populatedAt("de0a6c0a3e3d");
    connection.exec(`UPDATE lattices SET dispatch_id = 'root' WHERE id = 2;
      UPDATE lattices SET deps_filename = 'deps.pkl', transport_graph_filename = 'graph.pkl' WHERE id = 2`);
    migrateTo(connection, HEAD, { onViolation: "quarantine" });
    connection.exec("UPDATE _covalent_quarantine_lattices SET dispatch_id = 'part'");
    const path = join(temporaryDirectory(), "runs.sqlite");
    connection.exec(`VACUUM INTO '${path}'`);
    const outcome = await restoreQuarantine({ path, report: NOBODY, confirm: async () => true });
    expect(outcome).toMatchObject({ left: [], restored: { lattices: 1, electrons: 1 } });
    const restored = new DatabaseSync(path, { readOnly: true });
    const lattice = "SELECT root_dispatch_id AS root, executor_data AS data FROM lattices WHERE id = 2";
    expect(restored.prepare(lattice).get()).toEqual({ root: "root", data: "{}" });
    const files = `SELECT key, object_key AS file FROM lattice_assets JOIN assets ON assets.id = asset_id WHERE meta_id = 2 ORDER BY key`;
    expect(restored.prepare(files).all()).toEqual([
      { key: "deps", file: "deps.pkl" },
      { key: "transport_graph", file: "graph.pkl" },
      { key: "workflow_function", file: "function.pkl" },
    ]);
    restored.close();
  });
});

const expected: Record<string, [revision: string | null, certain: boolean, ...codes: string[]]> = {
  "create_all-db": ["7e9fb153ecfb", true, "NO_REVISION"],
  "docs-null-electron-id": ["9b9d58f02985", true],
  "fk-orphans": ["1142d81b29b8", true, "ORPHANS"],
  "half-migrated-1142-electrons": ["de0a6c0a3e3d", true, "LEFT_OVER_TABLE", "HALF_MIGRATED"],
  "half-migrated-7e9f-dup-electron-id": [
    "7b40a55c0752",
    false,
    "LEFT_OVER_TABLE",
    "HALF_MIGRATED",
    "VIOLATION",
  ],
  "half-migrated-f64e-electrons": ["97202f5f47cb", true, "LEFT_OVER_TABLE", "HALF_MIGRATED"],
  "half-migrated-v0.197.0-root_dispatch_id-notnull": ["9b9d58f02985", true, "HALF_MIGRATED"],
  "leftover-tmp-lattices-full": ["3727163f275c", true, "LEFT_OVER_TABLE"],
  trigger: ["7b40a55c0752", true, "FOREIGN"],
  truncated: [null, false, "DAMAGED"],
  "two-versions-overlap": ["1142d81b29b8", true, "REVISION_DOUBLED"],
  "unknown-revision": [null, false, "UNKNOWN_REVISION"],
  "v0.197.0-root_dispatch_id-notnull": ["9b9d58f02985", true],
  view: ["7b40a55c0752", true, "FOREIGN"],
  "zero-byte": [null, true],
};

describe.skipIf(!existsSync(FIXTURES))(
  "the original's damaged databases (skipped without the fixtures in ../shared)",
  () => {
    it("are all known here", () => {
      const names = readdirSync(join(FIXTURES, "damaged")).map((name) => name.replace(".sqlite", ""));
      expect(Object.keys(expected)).toEqual(expect.arrayContaining(names));
    });

    it.each(Object.entries(expected))("%s", async (name, [revision, certain, ...codes]) => {
      const path = join(temporaryDirectory(), "runs.sqlite");
      copyFileSync(join(FIXTURES, "damaged", `${name}.sqlite`), path);
      const before = contentOf(join(path, ".."));
      const report = await doctor(path);
      const found = report.findings.map(({ code }) => code).filter((code) => code !== "DRIFT");
      expect({ revision: report.revision, certain: report.certain, codes: [...new Set(found)] }).toEqual({
        revision,
        certain,
        codes,
      });
      expect(contentOf(join(path, ".."))).toEqual(before);
    });
  },
);
