import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, it, onTestFinished } from "vitest";
import { CovalentError } from "../../model/errors.ts";
import { populatedAt } from "../diagnosis/half-way.test-support.ts";
import { explain } from "./failure.ts";
import { Interrupted } from "./interruption.ts";
import { migrateDatabase } from "./migrate.ts";
import { NOBODY } from "./observer.ts";

const rehearsal = {
  path: "/d/runs.sqlite",
  phase: "rehearsal",
  step: "7b40a55c0752 -> 7e9fb153ecfb, add task group table",
  reached: "7b40a55c0752",
} as const;

function sqliteError(sql: string): unknown {
  const connection = new DatabaseSync(":memory:");
  try {
    connection.exec(sql);
  } catch (error) {
    return error;
  } finally {
    connection.close();
  }
  return undefined;
}

const lasting = [
  sqliteError("CREATE TABLE lattices (name NOT NULL); INSERT INTO lattices VALUES (NULL)"),
  sqliteError("SELECT * FROM absent"),
  new Error("lattices has 1 rows; before it had 2"),
  new CovalentError("MIGRATION_NOT_EQUAL", { table: "lattices", reason: "1 rows differ" }),
];

it.each(lasting)("says that %s would fail again, where it failed, and how to look at it", (fault) => {
  const error = explain(fault, rehearsal);
  expect(error).toMatchObject({
    code: "MIGRATION_FAILED",
    message: expect.stringMatching(/rehearsal \(7b40a55c0752 -> 7e9fb153ecfb.*\): .*(lattices|absent)/),
    hint: expect.stringMatching(
      /not touched. The same command would fail in the same way: `covalent db doctor`/,
    ),
  });
});

const passing = [
  Object.assign(new Error("no space left on device"), { code: "ENOSPC", syscall: "write" }),
  Object.assign(new Error("too many open files"), { code: "EMFILE", syscall: "open" }),
  Object.assign(new Error("database or disk is full"), { errcode: 13 }),
  new Interrupted(),
];

it.each(passing)("says that the command can be run again after %s", (fault) => {
  expect(explain(fault, rehearsal)).toMatchObject({
    hint: expect.stringContaining("run the same command again"),
  });
});

it("names the revision and the table at which a rehearsal fails", async () => {
  const directory = mkdtempSync(join(tmpdir(), "covalent-failure-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, "runs.sqlite");
  const connection = populatedAt("7e9fb153ecfb");
  connection.exec(
    "DELETE FROM electron_assets; DELETE FROM assets; CREATE UNIQUE INDEX mine ON assets (object_key)",
  );
  connection.exec(`VACUUM INTO '${path}'`);
  await expect(migrateDatabase({ path, report: NOBODY, confirm: async () => true })).rejects.toMatchObject({
    code: "MIGRATION_FAILED",
    message: expect.stringMatching(/rehearsal \(.*c5a1e0d7b3f2.*, table assets\): UNIQUE.*assets.object_key/),
    hint: expect.stringContaining("covalent db doctor"),
  });
});
