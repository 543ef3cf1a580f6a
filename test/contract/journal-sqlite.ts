import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type Database, type DatabaseOptions, openDatabase } from "../../src/database/open.ts";
import type { DatabaseUnderTest } from "./journal-suite.ts";

/** A SQLite database in a directory of its own, both gone when the test ends. */
export function sqliteUnderTest(options: Omit<DatabaseOptions, "path">): DatabaseUnderTest {
  const directory = mkdtemp(join(tmpdir(), "covalent-database-"));
  const opened: Database[] = [];
  onTestFinished(async () => {
    for (const database of opened) await database.close();
    await rm(await directory, { recursive: true });
  });
  return {
    async open() {
      const database = await openDatabase({ ...options, path: join(await directory, "runs.sqlite") });
      opened.push(database);
      return database;
    },
  };
}
