import { describe, expect, it } from "vitest";
import { memoryDatabase } from "../../migration/migrate.test-support.ts";
import { type IdRange, type RunProgress, sqlRun } from "./sql-run.ts";

const MOST_ROWS = 1_000n;
const WIDEST = 2n ** 20n;

/** The ranges of a table with these ids. */
function rangesOf(ids: readonly bigint[]): { ranges: IdRange[]; progress: RunProgress[] } {
  const connection = memoryDatabase();
  connection.exec("CREATE TABLE t (id INTEGER PRIMARY KEY)");
  const insert = connection.prepare("INSERT INTO t VALUES (?)");
  for (const id of ids) insert.run(id);
  const ranges: IdRange[] = [];
  const progress: RunProgress[] = [];
  sqlRun(connection, { onProgress: (done) => progress.push(done) }).overRanges("t", (range) =>
    ranges.push(range),
  );
  return { ranges, progress };
}

function from(first: bigint, count: number, step = 1n): bigint[] {
  return Array.from({ length: count }, (_, index) => first + BigInt(index) * step);
}

function isIn(id: bigint, range: IdRange): boolean {
  return range.from <= id && id <= range.to;
}

describe("ranges of ids", () => {
  it.each([
    ["close together", from(1n, 9_001)],
    ["far apart", from(-5n, 9_001, 1_000n)],
    ["close together in two places", [...from(-(2n ** 63n), 5_000), ...from(2n ** 63n - 5_000n, 5_000)]],
    ["so far apart that one range would be too wide", from(0n, 20, WIDEST)],
    ["negative, zero and positive", from(-10n, 21)],
  ])("cover every row once, and few at a time, where ids are %s", (_, ids) => {
    const { ranges, progress } = rangesOf(ids);
    const rows = ranges.map((range) => ids.filter((id) => isIn(id, range)).length);
    expect(rows.reduce((sum, count) => sum + count, 0)).toBe(ids.length);
    expect(Math.max(...rows)).toBeLessThanOrEqual(Number(MOST_ROWS));
    expect(Math.min(...rows)).toBeGreaterThan(0);
    for (const range of ranges) expect(range.to - range.from).toBeLessThan(WIDEST);
    expect(progress.at(-1)).toEqual({ table: "t", done: ids.length, total: ids.length });
  });

  it("are few where ids are far apart", () => {
    expect(rangesOf(from(0n, 2_000, 200n)).ranges).toHaveLength(2);
  });

  it("say when they are all of the table, so that a statement needs no condition", () => {
    expect(rangesOf(from(7n, 3)).ranges).toEqual([{ from: 7n, to: 9n, whole: true }]);
    expect(rangesOf(from(0n, 1_001)).ranges.map(({ whole }) => whole)).toEqual([false, false]);
  });

  it("are one for a table without rows, so that the statements of a plan can be read", () => {
    expect(rangesOf([]).ranges).toEqual([{ from: 0n, to: 0n, whole: true }]);
  });
});

it("runs a statement again after the table that it names was made anew", () => {
  const connection = memoryDatabase();
  const run = sqlRun(connection, {});
  const insert = () => run.run("INSERT INTO t (a) VALUES (:a)", { a: 1n });
  connection.exec("CREATE TABLE t (a)");
  expect(insert()).toBe(1);
  connection.exec("ALTER TABLE t RENAME TO old; CREATE TABLE t (b, a); DROP TABLE old");
  expect(insert()).toBe(1);
  expect(run.all("SELECT a, b FROM t")).toEqual([{ a: 1n, b: null }]);
});
