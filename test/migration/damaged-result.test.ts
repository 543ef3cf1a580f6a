import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, it, onTestFinished } from "vitest";
import { runMigration } from "../../src/database/maintenance/migration-run.ts";
import { NOBODY } from "../../src/database/maintenance/observer.ts";
import { makeOldDatabase } from "./old-database.ts";
import { quiet, requestFor } from "./quiet.ts";

// The first is read by the one thread, the second by the other.
it.each(["lattices_created_idx", "electron_assets_asset_idx"])(
  "says so when the disk has lost something of %s, and where the backup is",
  async (index) => {
    const directory = mkdtempSync(join(tmpdir(), "covalent-garbled-"));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const path = join(directory, "dispatcher_db.sqlite");
    await makeOldDatabase(path);
    const report = {
      ...NOBODY,
      progress({ label }: { readonly label: string }) {
        if (label === "Checking the result") emptyIndex(path, index);
      },
    };
    const migrated = runMigration(requestFor(path), quiet({ report }));
    await expect(migrated).rejects.toMatchObject({
      code: "MIGRATION_FAILED",
      message: expect.stringContaining(`wrong # of entries in index ${index}`),
      details: { advice: expect.stringContaining(join(directory, "backups", "dispatcher_db-")) },
    });
  },
);

const PAGE_BYTES = 4_096;

/** Writes an empty page of an index over its first page, as a disk does that loses writes. */
function emptyIndex(path: string, index: string): void {
  const connection = new DatabaseSync(path, { readOnly: true });
  const row = connection.prepare("SELECT rootpage FROM sqlite_schema WHERE name = ?").get(index);
  connection.close();
  const page = Buffer.alloc(PAGE_BYTES);
  page.set([0x0a, 0, 0, 0, 0, PAGE_BYTES >> 8]);
  const file = openSync(path, "r+");
  writeSync(file, page, 0, PAGE_BYTES, (Number(row?.rootpage) - 1) * PAGE_BYTES);
  closeSync(file);
}
