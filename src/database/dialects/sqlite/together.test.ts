import { DatabaseSync } from "node:sqlite";
import { expect, it, onTestFinished } from "vitest";
import type { SqlValue, Statement } from "../../writer/unit.ts";
import { groupRunner } from "./transaction.ts";

function setUp() {
  const connection = new DatabaseSync(":memory:");
  onTestFinished(() => connection.close());
  connection.exec("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT, c TEXT) STRICT");
  const run = groupRunner(connection);
  const rows = () =>
    connection
      .prepare("SELECT a, b, c FROM t ORDER BY a")
      .all()
      .map(({ a, b, c }) => [a, b, c]);
  return { run, rows };
}

function row(...parameters: readonly SqlValue[]): Statement {
  const insert = "INSERT INTO t (b, a, c) VALUES ";
  return { sql: `${insert}(?, ?, ?)`, parameters, insert };
}

it("rows that are inserted together keep their own values and what they have in common", async () => {
  const { run, rows } = setUp();
  const wanted = Array.from({ length: 100 }, (_, a) => [a, "same", a % 3 === 0 ? null : String(a)] as const);
  const statements = wanted.map(([a, b, c]) => row(b, a, c));
  expect(await run([{ statements, events: [] }])).toMatchObject({ outcomes: [{ kind: "committed" }] });
  expect(rows()).toEqual(wanted);
});

it("rows of which all is the same are inserted as often as they were asked for", async () => {
  const { run, rows } = setUp();
  await run([{ statements: Array.from({ length: 5 }, () => row("x", null, "y")), events: [] }]);
  expect(rows()).toEqual([1, 2, 3, 4, 5].map((a) => [a, "x", "y"]));
});

it("what is early is there before the statements of all units, and a unit that is refused takes its own along", async () => {
  const { run, rows } = setUp();
  const early = (a: number): Statement => ({ ...row("early", a, null), early: true });
  const change = { sql: "UPDATE t SET c = 'seen' WHERE a = 2", parameters: [], mustChange: 1 };
  const unit = (...statements: readonly Statement[]) => ({ statements, events: [] });
  await run([unit(change, early(1)), unit(early(2))]);
  expect(rows()).toEqual([
    [1, "early", null],
    [2, "early", "seen"],
  ]);
  const { outcomes } = (await run([
    unit(early(3)),
    unit(early(4), row("again", 1, null)),
    unit(early(5)),
  ])) as {
    readonly outcomes: readonly { readonly kind: string }[];
  };
  expect(outcomes.map(({ kind }) => kind)).toEqual(["committed", "refused", "committed"]);
  expect(rows().map(([a]) => a)).toEqual([1, 2, 3, 5]);
});
