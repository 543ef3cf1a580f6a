import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { runBackup } from "../../src/database/maintenance/backup-run.ts";
import { runReset } from "../../src/database/maintenance/reset-run.ts";
import { runRestore } from "../../src/database/maintenance/restore-run.ts";
import { makeOldDatabase } from "./old-database.ts";
import { quiet } from "./quiet.ts";

it("a backup, a restore and a reset are refused before anything is done when the disk has no room", async () => {
  const directory = mkdtempSync(join(tmpdir(), "covalent-room-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, "dispatcher_db.sqlite");
  const from = join(directory, "from.sqlite");
  await makeOldDatabase(path);
  await makeOldDatabase(from);
  const before = { names: readdirSync(directory), bytes: readFileSync(path) };
  const full = quiet({ availableBytes: () => 10_000 });
  for (const refused of [
    runBackup({ path, file: null, backupsKept: 10 }, full),
    runRestore({ path, from, backupsKept: 10 }, full),
    runReset({ path, backupsKept: 10 }, full),
  ])
    await expect(refused).rejects.toMatchObject({ code: "DATABASE_DISK_FULL" });
  expect({ names: readdirSync(directory), bytes: readFileSync(path) }).toEqual(before);
});
