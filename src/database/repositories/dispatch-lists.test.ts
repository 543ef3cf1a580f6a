import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Database, openDatabase } from "../open.ts";

const ROWS = 60_000;
let directory: string;
let database: Database;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "covalent-lists-"));
  const path = join(directory, "covalent.sqlite");
  await (await openDatabase({ path, durability: "process" })).close();
  const connection = new DatabaseSync(path);
  connection.exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${ROWS})
    INSERT INTO lattices
      (dispatch_id, name, status, electron_num, completed_electron_num, is_active, created_at, updated_at)
    SELECT printf('%08x-0000-4000-8000-000000000000', i), 'flow ' || (i * 7919 % 997), 'COMPLETED', 1, 1, 1,
      datetime('2026-01-01', '+' || i || ' seconds'), datetime('2026-01-01', '+' || i || ' seconds') FROM n`);
  connection.close();
  database = await openDatabase({ path, durability: "process" });
});
afterEach(async () => {
  await database.close();
  rmSync(directory, { recursive: true });
});

test("lists and counts of many dispatches are read while the event loop goes on", async () => {
  const { dispatches, dashboard } = database;
  const asked = {
    list: () => dispatches.list({ rootsOnly: true, offset: ROWS - 100, count: 100 }),
    sorted: () => dispatches.list({ offset: 0, count: 100, sort: { by: "name", descending: false } }),
    found: () => dispatches.list({ search: "flow 12", offset: 0, count: 100 }),
    counts: () => dispatches.statusCounts({ search: "flow 12" }),
    dashboard: () => dashboard.overview(),
  };
  for (const [what, ask] of Object.entries(asked)) {
    let turns = 0;
    let isAnswered = false;
    const count = () => {
      turns += 1;
      if (!isAnswered) setImmediate(count);
    };
    setImmediate(count);
    await ask();
    isAnswered = true;
    // On the loop it would be answered in the first turn or the second, however fast the machine is.
    expect(turns, what).toBeGreaterThan(5);
  }
  expect((await asked.found()).total).toBe((await asked.counts()).COMPLETED);
  expect((await asked.list()).total).toBe(ROWS);
});

test("a list has what was committed before it was asked for", async () => {
  const { items } = await database.dispatches.list({ offset: 0, count: 1 });
  const [newest] = items;
  expect(await database.dashboard.remove(newest?.dispatch_id ?? "", Date.now())).toBe(true);
  const after = await database.dispatches.list({ offset: 0, count: 1 });
  expect(after.total).toBe(ROWS - 1);
  expect(after.items[0]?.dispatch_id).not.toBe(newest?.dispatch_id);
});
