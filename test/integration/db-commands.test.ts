import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { HEAD } from "../../src/database/migration/history.ts";
import { type CommandLine, commandLine } from "./cli-process.ts";

const OLD_DATABASE = fileURLToPath(
  new URL("../../examples/old-database/dispatcher_db.sqlite", import.meta.url),
);

let covalent: CommandLine;
let file: string;

beforeEach(() => {
  covalent = commandLine();
  file = join(covalent.home, ".local/share/covalent/dispatcher_db.sqlite");
});
afterEach(() => covalent.dispose());

function givenOldDatabase(): void {
  mkdirSync(dirname(file), { recursive: true });
  copyFileSync(OLD_DATABASE, file);
}

function query(sql: string): unknown[] {
  const database = new DatabaseSync(file);
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
}

const done = async (...args: string[]) => {
  const ran = await covalent.run(args);
  expect(ran, ran.stderr).toMatchObject({ code: 0 });
  return ran;
};

describe("a home without a database", () => {
  test("gets one by migrate, in the words of the original", async () => {
    const { stdout } = await done("db", "migrate");
    expect(stdout.split("\n").slice(0, 2)).toEqual([
      "Running upgrade  -> b60c5ecdf927, init",
      "Running upgrade b60c5ecdf927 -> 9b9d58f02985, v11",
    ]);
    expect(stdout).toMatch(/\nMigrations are up to date\.\n$/);
    expect(existsSync(join(dirname(file), "backups"))).toBe(false);
    expect((await done("db", "migrate")).stdout).toBe("Migrations are up to date.\n");
  });

  test("has a status, and nothing else makes a file", async () => {
    const status = (await done("db", "status", "--json")).json();
    expect(status).toMatchObject({ url: `sqlite:///${file}`, revision: null, head: expect.any(String) });
    for (const command of ["backup", "check", "quarantine"]) {
      expect((await covalent.run(["db", command])).stderr).toContain(`there is no database ${file}`);
    }
    await done("db", "doctor");
    expect(existsSync(file)).toBe(false);
  });
});

describe("an old database", () => {
  beforeEach(givenOldDatabase);

  test("is planned and rehearsed without being touched", async () => {
    const plan = (await done("db", "migrate", "--plan", "--json")).json();
    expect(plan).toMatchObject({
      performed: "planned",
      from: "9b9d58f02985",
      rows: { lattices: 11 },
      violations: [
        { revision: "9f1271ef662a", table: "lattices", columns: ["electron_id"], rows: 9, blocking: false },
      ],
    });
    expect((await done("db", "migrate", "--plan")).stdout).toContain(
      "Would run upgrade 9b9d58f02985 -> 9f1271ef662a",
    );
    expect((await done("db", "migrate", "--dry-run")).stdout).toContain("The rehearsal on a copy succeeded.");
    expect(readFileSync(file).equals(readFileSync(OLD_DATABASE))).toBe(true);
  });

  test("under --json an upgrade is one document", async () => {
    const ran = await done("db", "migrate", "--json");
    expect(ran.json()).toMatchObject({
      performed: "migrated",
      from: "9b9d58f02985",
      steps: expect.arrayContaining([
        { direction: "upgrade", from: "9b9d58f02985", to: "9f1271ef662a", message: "v11+ updates" },
      ]),
      backup: expect.stringContaining("/backups/dispatcher_db-"),
    });
    expect(await covalent.run(["db", "migrate", "--to", "feed", "--json"])).toMatchObject({ code: 2 });
  });

  test("goes up, down and up again by either spelling, and its rows stay", async () => {
    const before = query("SELECT id, dispatch_id, name, status FROM lattices");
    await done("db", "alembic", "upgrade", "+3");
    expect((await done("db", "alembic", "current")).stdout).toBe("97202f5f47cb\n");
    await done("db", "migrate", "--to", "7e9f");
    expect((await done("db", "check")).stdout).toContain("is that of revision 7e9fb153ecfb");
    expect((await done("db", "downgrade", "-1", "--yes")).stdout).toMatch(
      /Running downgrade 7e9fb153ecfb -> 7b40a55c0752, /,
    );
    await done("db", "alembic", "downgrade", "9b9d58f02985", "--yes");
    expect((await done("db", "current", "--json")).json()).toMatchObject({
      revision: "9b9d58f02985",
      stamped: ["9b9d58f02985"],
    });
    await done("db", "alembic", "upgrade", "head");
    expect(query("SELECT id, dispatch_id, name, status FROM lattices")).toEqual(before);
  });

  test("is backed up, replaced and restored; what asks is refused where nobody can be asked", async () => {
    const { path } = (await done("db", "backup", "--json")).json() as { path: string };
    expect(readFileSync(path).length).toBeGreaterThan(0);
    expect((await done("db", "backups")).stdout).toContain(path);
    const refused = await covalent.run(["db", "reset"]);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("Give --yes") });
    expect((await covalent.run(["db", "reset", "--json"])).json()).toMatchObject({
      error: { code: "CONFIRMATION_NEEDED" },
    });
    await done("db", "reset", "--yes");
    expect(query("SELECT count(*) AS n FROM lattices")).toEqual([{ n: 0 }]);
    const notRestored = await covalent.run(["db", "restore", path]);
    expect(notRestored).toMatchObject({ code: 1, stderr: expect.stringContaining("--yes") });
    expect(notRestored.stderr).toContain(`the backup ${path} (of `);
    expect(notRestored.stderr).toContain("revision 9b9d58f02985)");
    expect(query("SELECT count(*) AS n FROM lattices")).toEqual([{ n: 0 }]);
    await done("db", "restore", path, "--yes");
    expect(query("SELECT count(*) AS n FROM lattices")).toEqual([{ n: 11 }]);
  });

  test("that is half-migrated is diagnosed, and migrate heals it", async () => {
    query("CREATE TABLE _alembic_tmp_lattices (id INTEGER)");
    const report = (await done("db", "doctor", "--json")).json() as {
      findings: { severity: string; what: string }[];
    };
    expect(report.findings).toContainEqual(
      expect.objectContaining({ severity: "heal", what: expect.stringContaining("_alembic_tmp_lattices") }),
    );
    await done("db", "migrate");
    expect(query("SELECT name FROM sqlite_schema WHERE name LIKE '_alembic_tmp%'")).toEqual([]);
  });

  test("that names no revision has the status that its structure tells", async () => {
    query("DROP TABLE alembic_version");
    expect((await done("db", "status", "--json")).json()).toMatchObject({
      stamped: [],
      revision: "9b9d58f02985",
      pending: expect.any(Number),
      problem: { code: "NO_REVISION", severity: "heal" },
    });
    expect((await done("db", "status")).stdout).toMatch(
      /Revision {2}9b9d58f02985\n[\s\S]*heals by itself: .*alembic_version/,
    );
    expect((await done("db", "current")).stdout).toBe("9b9d58f02985\n");
    expect((await done("status")).stdout).toMatch(
      /! sqlite:.*alembic_version.*\n.*`covalent db migrate` mends that/,
    );
  });

  test.each([
    [
      "a revision that nobody knows",
      "UPDATE alembic_version SET version_num = 'deadbeef0000'",
      "UNKNOWN_REVISION",
    ],
    [
      "a revision that its structure is not",
      `UPDATE alembic_version SET version_num = '${HEAD}'`,
      "STAMP_WRONG",
    ],
  ])("that names %s is shown all the same, and not served", async (_what, sql, problem) => {
    query(sql);
    const before = readFileSync(file);
    const status = await covalent.run(["db", "status", "--json"]);
    expect(status.code).toBe(1);
    expect(status.json()).toMatchObject({ stamped: [expect.any(String)], problem: { code: problem } });
    expect((await covalent.run(["db", "status"])).stdout).toMatch(
      /Pending [\s\S]*(refused|to be repaired): /,
    );
    expect(await covalent.run(["status"])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("covalent db doctor"),
    });
    expect((await covalent.run(["db", "doctor"])).code).toBe(1);
    expect(await covalent.run(["start"])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/covalent db (doctor|repair)/),
    });
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test("of which there is nothing but a letter is said to be no database", async () => {
    writeFileSync(file, "Dear diary, this is no database. ".repeat(50));
    const status = await covalent.run(["db", "status"]);
    expect(status).toMatchObject({ code: 1, stdout: expect.stringContaining("it is not a SQLite database") });
    expect(await covalent.run(["db", "current"])).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining("not a SQLite database"),
    });
  });

  test("is stamped only when somebody says yes", async () => {
    expect(await covalent.run(["db", "stamp", "b60c"])).toMatchObject({ code: 1 });
    const unfit = await covalent.run(["db", "stamp", "b60c5ecdf927", "--yes"]);
    expect(unfit).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("structure is that of 9b9d58f02985"),
    });
    expect(query("SELECT version_num FROM alembic_version")).toEqual([{ version_num: "9b9d58f02985" }]);
    await done("db", "stamp", "b60c5ecdf927", "--yes", "--force");
    expect(await covalent.run(["db", "check"])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(
        "the database says revision b60c5ecdf927, but its structure is that of",
      ),
    });
    expect(query("SELECT version_num FROM alembic_version")).toEqual([{ version_num: "b60c5ecdf927" }]);
  });

  test("keeps its server from starting, which says how many steps and which command; --migrate does it first", async () => {
    const refused = await covalent.run(["start"]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/The database needs to be upgraded: .* \d+ step\(s\) behind/);
    expect(refused.stderr).toContain("covalent db migrate");
    expect(readFileSync(file).equals(readFileSync(OLD_DATABASE))).toBe(true);
    const started = await done("start", "--migrate");
    expect(started.stdout).toMatch(/Migrations are up to date\.\n✔ The server is running/);
    expect((await done("list")).stdout).toMatch(/sea_level_ensemble +▸ RUNNING, interrupted/);
    expect(await covalent.run(["db", "downgrade", "-1", "--yes"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("is running on the database"),
    });
  });

  test("has the files that are still there measured", async () => {
    const folder = join(covalent.home, "results");
    mkdirSync(folder);
    writeFileSync(join(folder, "results.pkl"), "a pickle");
    query(`UPDATE electrons SET storage_path = '${folder}' WHERE id = 1`);
    await done("db", "migrate");
    expect((await done("db", "assets", "scan", "--json")).json()).toMatchObject({ measured: 1 });
    expect(query("SELECT size, digest_alg, digest FROM assets WHERE size IS NOT NULL")).toEqual([
      { size: 8, digest_alg: "sha1", digest: createHash("sha1").update("a pickle").digest("hex") },
    ]);
    expect((await done("db", "assets", "scan")).stdout).toMatch(
      /^0 file\(s\) found and measured, [\d,]+ not found/,
    );
  });
});

describe("the history", () => {
  test("is told without a database, by either spelling", async () => {
    const { stdout } = await done("db", "history");
    expect(stdout).toContain("<base> -> b60c5ecdf927, init");
    expect(stdout).toMatch(/^\w+ -> \w+ \(head\), /);
    expect((await done("db", "alembic", "history")).stdout).toBe(stdout);
    expect((await done("db", "history", "-v")).stdout).toContain("Revision: 9f1271ef662a");
    expect((await done("db", "show", "9f12")).stdout).toContain("electron_id becomes NOT NULL");
    expect((await done("db", "heads")).stdout).toMatch(/^\w{12} \(head\)\n$/);
  });

  test("is printed as SQL that makes the same database", async () => {
    const { stdout } = await done("db", "sql", "base:9b9d58f02985");
    mkdirSync(dirname(file), { recursive: true });
    const database = new DatabaseSync(file, { enableForeignKeyConstraints: false });
    database.exec(stdout);
    database.close();
    expect((await done("db", "current")).stdout).toBe("9b9d58f02985\n");
    expect((await done("db", "check")).stdout).toContain("9b9d58f02985");
    expect((await done("db", "alembic", "upgrade", "9b9d58f02985", "--sql")).stdout).toBe(stdout);
    expect((await done("db", "sql", "9b9d58f02985:9b9d58f02985")).stdout).toBe("-- nothing to do\n");
  });

  test.each([
    [["db"], "a command is missing"],
    [["db", "sql", "head"], "head is not two revisions"],
    [["db", "show", "7e9"], "there is no revision 7e9"],
    [["db", "migrate", "--to", "--database", "x.sqlite"], "A value is missing"],
    [["db", "migrate", "--on-violation", "ignore"], "Allowed choices are refuse, quarantine, delete"],
    [["db", "alembic", "downgrade", "base", "--sql"], "needs both revisions"],
  ])("%j is wrong usage", async (args, message) => {
    expect(await covalent.run(args)).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringContaining(message),
    });
  });
});

describe("a database that a server runs on", () => {
  test("is looked at and backed up; nothing that changes it is done, and what has nothing to do says so", async () => {
    await done("start");
    expect((await done("db", "migrate")).stdout).toBe("Migrations are up to date.\n");
    expect((await done("db", "status", "--json")).json()).toMatchObject({ pending: 0, problem: null });
    expect((await done("status")).stdout).toMatch(/Database {2}✔ /);
    const { path } = (await done("db", "backup", "--json")).json() as { path: string };
    for (const command of [
      ["downgrade", "-1"],
      ["restore", path],
      ["reset"],
      ["repair", "--apply"],
      ["stamp", "7e9fb153ecfb"],
    ]) {
      expect(await covalent.run(["db", ...command, "--yes"]), command.join(" ")).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(
          /a Covalent server \(pid \d+, .*\) is running on the database[\s\S]*covalent stop/,
        ),
      });
    }
    await done("stop");
    await done("db", "restore", path, "--yes");
  });
});
