import type { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { HEAD } from "../migration/history.ts";
import { migrateTo, revisionOf } from "../migration/migrate.test-support.ts";
import { diagnose } from "./diagnosis.ts";
import {
  type HalfWay,
  halfWayByColumns,
  halfWayDowngrades,
  halfWayUpgrades,
  populatedAt,
  type Rows,
  rowsOf,
} from "./half-way.test-support.ts";
import { runStatements } from "./run-statements.ts";

function stoppedAt({ from, statements }: HalfWay): DatabaseSync {
  const connection = populatedAt(from);
  for (const sql of statements) connection.exec(sql);
  return connection;
}

function heal(connection: DatabaseSync) {
  const diagnosis = diagnose(connection);
  connection.exec("BEGIN IMMEDIATE");
  runStatements(connection, diagnosis.healing);
  connection.exec("COMMIT");
  return diagnosis;
}

/** What is there both before and after. */
function common(before: Rows, after: Rows) {
  return Object.fromEntries(
    Object.entries(before).map(([table, rows]) => [
      table,
      rows.map((row, index) => {
        const other = after[table]?.[index] ?? {};
        return Object.fromEntries(Object.entries(row).filter(([name]) => name in other));
      }),
    ]),
  );
}

const name = ({ from, to, statements }: HalfWay) =>
  `${from} -> ${to}, ${statements.length} statement(s): ${statements.at(-1)?.split("(")[0]?.trim()}`;
const points = [...halfWayUpgrades(), ...halfWayByColumns(), ...halfWayDowngrades()].map(
  (point) => [name(point), point] as const,
);

describe("a database that the original left half-way", () => {
  it.each(points)("is healed without a loss: %s", (_, point) => {
    const connection = stoppedAt(point);
    const before = rowsOf(connection);
    const { certain, revision, findings } = heal(connection);
    expect({
      certain,
      refused: findings.filter(({ severity }) => severity !== "heal" && severity !== "note"),
    }).toEqual({
      certain: true,
      refused: [],
    });
    expect([point.from, point.to]).toContain(revision);
    expect(revisionOf(connection)).toBe(revision);
    const after = rowsOf(connection);
    expect(common(after, before)).toEqual(common(before, after));
    expect(diagnose(connection)).toMatchObject({ revision, certain: true, healing: [] });
    migrateTo(connection, HEAD);
    expect(rowsOf(connection)).toMatchObject({
      lattices: [{ dispatch_id: "root" }, { dispatch_id: "part" }],
      electrons: [{ name: "inner" }, { name: "task" }, { name: "task" }],
      electron_dependency: [{ edge_name: "x" }],
    });
  });

  it("is at the next revision when only the stamp is missing, and keeps what is in the new columns", () => {
    const connection = stoppedAt(halfWayUpgrades().findLast(({ to }) => to === "26d71848a404") as HalfWay);
    connection.exec("UPDATE lattices SET results_dir = '/data'");
    expect(heal(connection)).toMatchObject({
      revision: "26d71848a404",
      findings: [{ code: "STAMP_BEHIND", severity: "heal" }],
    });
    expect(rowsOf(connection).lattices).toMatchObject([{ results_dir: "/data" }, { results_dir: "/data" }]);
  });

  it("goes on where the step stopped when its new columns hold values already", () => {
    const connection = stoppedAt(
      halfWayUpgrades().find(
        ({ to, statements }) => to === "26d71848a404" && statements.length === 7,
      ) as HalfWay,
    );
    connection.exec("UPDATE lattices SET results_dir = '/data'");
    expect(heal(connection)).toMatchObject({ revision: "26d71848a404", certain: true });
    expect(rowsOf(connection).lattices).toMatchObject([
      { results_dir: "/data", root_dispatch_id: null },
      { results_dir: "/data" },
    ]);
    expect(diagnose(connection)).toMatchObject({ revision: "26d71848a404", healing: [] });
  });

  it("has tables of the failed step dropped when they are empty, and kept when they are not", () => {
    const connection = populatedAt("97202f5f47cb");
    connection.exec(
      "CREATE TABLE jobs (id INTEGER NOT NULL PRIMARY KEY, cancel_requested BOOLEAN NOT NULL, cancel_successful BOOLEAN NOT NULL, job_handle TEXT NOT NULL)",
    );
    expect(diagnose(connection)).toMatchObject({ certain: true, healing: ['DROP TABLE "jobs"'] });
    connection.exec("INSERT INTO jobs VALUES (1, 0, 0, 'null')");
    const { certain, refusal, healing, repair } = diagnose(connection);
    expect({ certain, healing }).toEqual({ certain: false, healing: [] });
    expect(refusal).toMatchObject({ code: "TABLE_IN_THE_WAY", what: expect.stringContaining("1 row") });
    for (const sql of repair) connection.exec(sql);
    expect(connection.prepare("SELECT * FROM kept_jobs").all()).toHaveLength(1);
    migrateTo(connection, HEAD);
    expect(connection.prepare("SELECT * FROM kept_jobs").all()).toHaveLength(1);
  });

  it("keeps a table of the user's that has the name of one of the history's, empty or not", () => {
    const connection = populatedAt("b60c5ecdf927");
    connection.exec("CREATE TABLE jobs (my TEXT)");
    expect(diagnose(connection)).toMatchObject({
      certain: false,
      refusal: { code: "TABLE_IN_THE_WAY", severity: "repair" },
    });
  });

  it("is never taken for one of our own revisions for columns of the user's: they make room, and no backfill is skipped", () => {
    const connection = populatedAt("7e9fb153ecfb");
    connection.exec(`ALTER TABLE assets ADD COLUMN content; ALTER TABLE assets ADD COLUMN codec TEXT;
      INSERT INTO assets (id, storage_type, storage_path, object_key, content, codec) VALUES (99, 'file', '', 'mine.pkl', 'of mine', 'x')`);
    const { revision, certain, refusal, repair } = diagnose(connection);
    expect({ revision, certain }).toEqual({ revision: "7e9fb153ecfb", certain: false });
    expect(refusal).toMatchObject({
      code: "COLUMN_IN_THE_WAY",
      what: expect.stringMatching(/assets.content is of a later revision than 7e9fb153ecfb/),
    });
    runStatements(connection, repair);
    migrateTo(connection, HEAD);
    expect(connection.prepare("SELECT content, kept_content FROM assets WHERE id = 99").get()).toEqual({
      content: null,
      kept_content: "of mine",
    });
    expect(connection.prepare("SELECT root_dispatch_id AS root FROM lattices WHERE id = 2").get()).toEqual({
      root: "root",
    });
  });

  it("lacks a column that no step explains: a person has to look first, and values that must be there are never invented", () => {
    const connection = populatedAt("97202f5f47cb");
    connection.exec("ALTER TABLE electrons DROP COLUMN function_filename");
    expect(diagnose(connection).refusal).toMatchObject({ code: "COLUMN_MISSING", severity: "repair" });
    connection.exec("ALTER TABLE electrons DROP COLUMN status");
    expect(diagnose(connection).findings).toContainEqual(
      expect.objectContaining({
        code: "COLUMN_MISSING",
        severity: "refuse",
        what: expect.stringContaining("electrons.status"),
      }),
    );
  });

  it("is healed whatever views and triggers users have, broken ones included", () => {
    const connection = stoppedAt(
      halfWayUpgrades().find(
        ({ to, statements }) => to === "26d71848a404" && statements.length === 3,
      ) as HalfWay,
    );
    connection.exec(`CREATE TABLE log (id); CREATE VIEW broken AS SELECT absent FROM lattices; CREATE VIEW names AS SELECT name FROM lattices;
      CREATE TRIGGER tr AFTER UPDATE ON lattices BEGIN INSERT INTO log VALUES (new.absent); END`);
    expect(heal(connection)).toMatchObject({ certain: true, revision: "9b9d58f02985" });
    const left = connection
      .prepare("SELECT name FROM sqlite_schema WHERE type IN ('view', 'trigger') ORDER BY name")
      .all();
    expect(left.map(({ name }) => name)).toEqual(["broken", "names", "tr"]);
  });

  it("lacks a whole table", () => {
    const connection = populatedAt("7b40a55c0752");
    connection.exec("DROP TABLE electrons");
    expect(diagnose(connection).refusal).toMatchObject({
      code: "TABLE_MISSING",
      what: "table electrons of revision 7b40a55c0752 is missing",
    });
  });
});
