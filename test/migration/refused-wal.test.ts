import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { runMigration } from "../../src/database/maintenance/migration-run.ts";
import { makeOldDatabase } from "./old-database.ts";
import { quiet, requestFor } from "./quiet.ts";

it.each([
  ["delete", "The file was not touched."],
  ["wal", "Its content was not changed."],
] as const)("a refusal says no more than is true with journal_mode %s", async (journal, said) => {
  const directory = mkdtempSync(join(tmpdir(), "covalent-refused-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, "dispatcher_db.sqlite");
  await makeOldDatabase(path, { revision: "9b9d58f02985", journal });
  await expect(runMigration(requestFor(path, { to: "9f1271ef662a" }), quiet())).rejects.toMatchObject({
    code: "MIGRATION_VIOLATIONS",
    hint: expect.stringContaining(`${said} Choose:`),
  });
});
