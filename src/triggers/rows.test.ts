import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { RowLook } from "../database/dialects/sqlite/row-look.ts";
import type { RowSource } from "../model/row-source.ts";
import { triggerSchema } from "../model/trigger.ts";
import { observeRows } from "./rows.ts";

let directory: string;
let look: RowLook;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "covalent-rows-"));
  look = new RowLook(2_000);
});
afterEach(async () => {
  await look.close();
  rmSync(directory, { recursive: true });
});

const inFile = async () => ({ kind: "sqlite", path: join(directory, "jobs.db") }) as const;

const looks = {
  check: async () => undefined,
  hasRow: (source: RowSource, query: string) =>
    source.kind === "sqlite" ? look.hasRow(source.path, query) : Promise.reject(new Error(source.kind)),
};

function jobs(): DatabaseSync {
  const connection = new DatabaseSync(join(directory, "jobs.db"));
  onTestFinished(() => connection.close());
  connection.exec("CREATE TABLE jobs (id INTEGER PRIMARY KEY, state TEXT)");
  return connection;
}

function definition(more: object) {
  const given = { name: "SQLiteTrigger", db_path: join(directory, "jobs.db"), table_name: "jobs", ...more };
  const parsed = triggerSchema.parse(given);
  if (parsed.name !== "SQLiteTrigger" && parsed.name !== "DatabaseTrigger") throw new Error(parsed.name);
  return parsed;
}

describe("a table that is observed", () => {
  it("is reported at each look at which it has such rows", async () => {
    const connection = jobs();
    connection.exec("INSERT INTO jobs (state) VALUES ('old')");
    const seen = { events: 0, looks: 0 };
    const sink = {
      happened: () => {
        seen.events += 1;
      },
      problem: () => {
        seen.looks += 1;
      },
    };
    const wanted = definition({ poll_interval: 0.05, where_clauses: ["state = 'new'", "id > 1"] });
    const observer = observeRows(wanted, inFile, looks, sink);
    onTestFinished(() => observer.close());
    await vi.waitFor(() => expect(seen.looks).toBeGreaterThan(2), 10_000);
    expect(seen.events).toBe(0);
    connection.exec("INSERT INTO jobs (state) VALUES ('new')");
    await vi.waitFor(() => expect(seen.events).toBeGreaterThan(2), 10_000);
    connection.exec("DELETE FROM jobs");
  });

  it("is a problem while it is not there, and nothing is made of it", async () => {
    const problems: (string | undefined)[] = [];
    const sink = { happened: () => undefined, problem: (reason?: string) => void problems.push(reason) };
    const wanted = definition({ poll_interval: 0.05 });
    const observer = observeRows(wanted, inFile, looks, sink);
    onTestFinished(() => observer.close());
    await vi.waitFor(() => expect(problems.at(-1)).toMatch(/unable to open/), 10_000);
    expect(existsSync(join(directory, "jobs.db"))).toBe(false);
    jobs();
    await vi.waitFor(() => expect(problems.at(-1)).toBeUndefined(), 10_000);
  });
});

describe("looking into a database", () => {
  it("changes nothing, whatever the query says", async () => {
    const connection = jobs();
    const path = join(directory, "jobs.db");
    for (const query of ["DELETE FROM jobs", "SELECT 1; DROP TABLE jobs", "CREATE TABLE more (x)"])
      await look.hasRow(path, query).catch(() => undefined);
    expect(connection.prepare("SELECT name FROM sqlite_schema").all()).toEqual([{ name: "jobs" }]);
  });

  it("gives a query that never ends up, and goes on with the next one", async () => {
    jobs();
    const path = join(directory, "jobs.db");
    const endless =
      "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n WHERE x < 0";
    await expect(look.hasRow(path, endless)).rejects.toThrow(/longer than 2 s/);
    expect(await look.hasRow(path, "SELECT 1")).toBe(true);
  });
});
