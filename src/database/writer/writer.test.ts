import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, it, onTestFinished } from "vitest";
import { openWriter } from "../dialects/sqlite/connection.ts";
import { groupRunner } from "../dialects/sqlite/transaction.ts";
import type { GroupOutcome, RunGroup, Unit } from "./unit.ts";
import { createWriter } from "./writer.ts";

interface Setup {
  readonly outcomes: GroupOutcome[];
  readonly groups: number[];
}

function setUp() {
  const directory = mkdtempSync(join(tmpdir(), "covalent-writer-"));
  const path = join(directory, "runs.sqlite");
  const connection = openWriter(path, "process");
  connection.exec("CREATE TABLE t (a INTEGER PRIMARY KEY) STRICT");
  const seen: Setup = { outcomes: [], groups: [] };
  const real = groupRunner(connection);
  const run: RunGroup = async (units) => {
    const outcome = await real(units);
    seen.outcomes.push(outcome);
    seen.groups.push(units.length);
    return outcome;
  };
  const writer = createWriter({ path, run, publish: () => undefined, afterCommit: () => undefined });
  onTestFinished(async () => {
    await writer.close();
    connection.close();
    rmSync(directory, { recursive: true });
  });
  return { path, connection, writer, ...seen };
}

function insert(a: number): Unit {
  return { statements: [{ sql: "INSERT INTO t (a) VALUES (?)", parameters: [a] }], events: [] };
}

function stored(connection: DatabaseSync): unknown[] {
  return connection
    .prepare("SELECT a FROM t ORDER BY rowid")
    .all()
    .map(({ a }) => a);
}

it("writes what is asked for in the same turn in one transaction", async () => {
  const { writer, connection, groups } = setUp();
  await Promise.all([1, 2, 3].map((a) => writer.write(insert(a))));
  expect(groups).toEqual([3]);
  expect(stored(connection)).toEqual([1, 2, 3]);
});

it("waits for a database that another program has locked, with the event loop free, and loses nothing", async () => {
  const { path, writer, connection, outcomes } = setUp();
  const other = new DatabaseSync(path, { timeout: 0 });
  onTestFinished(() => other.close());
  other.exec("BEGIN IMMEDIATE");
  const written = Promise.all([writer.write(insert(1)), writer.write(insert(2))]);
  // Polling itself needs the event loop.
  await expect.poll(() => outcomes.filter(({ kind }) => kind === "busy").length).toBeGreaterThan(3);
  other.exec("COMMIT");
  await written;
  expect(stored(connection)).toEqual([1, 2]);
});

it("leaves out the unit that is refused, whole, and writes those before and behind it", async () => {
  const { writer, connection } = setUp();
  const guilty: Unit = { statements: [...insert(7).statements, ...insert(1).statements], events: [] };
  const results = await Promise.allSettled([insert(1), guilty, insert(2)].map((unit) => writer.write(unit)));
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(results[1]).toMatchObject({
    reason: { name: "RefusedUnit", outcome: { kind: "refused", statement: 1 } },
  });
  expect(stored(connection)).toEqual([1, 2]);
});

it("refuses a unit whose statement changed nothing although it had to", async () => {
  const { writer } = setUp();
  const sql = "UPDATE t SET a = 2 WHERE a = 1";
  const write = writer.write({ statements: [{ sql, parameters: [], mustChange: 1 }], events: [] });
  await expect(write).rejects.toMatchObject({ outcome: { kind: "unchanged", statement: 0 } });
});

it("lets the event loop turn during a long transaction", async () => {
  const { writer, connection } = setUp();
  const statements = Array.from({ length: 20_000 }, (_, a) => insert(a).statements).flat();
  let turns = 0;
  const count = () => {
    turns += 1;
    immediate = setImmediate(count);
  };
  let immediate = setImmediate(count);
  await writer.write({ statements, events: [] });
  clearImmediate(immediate);
  expect(turns).toBeGreaterThan(5);
  expect(stored(connection)).toHaveLength(20_000);
});

it("finishes what was asked for when it is closed, and takes no more", async () => {
  const { writer, connection } = setUp();
  const written = writer.write(insert(1));
  await writer.close();
  await written;
  expect(stored(connection)).toEqual([1]);
  await expect(writer.write(insert(2))).rejects.toMatchObject({ code: "DATABASE_UNUSABLE" });
});
