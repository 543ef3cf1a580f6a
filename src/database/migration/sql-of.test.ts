import { expect, it } from "vitest";
import { describeDrops } from "./drops.ts";
import { HEAD } from "./history.ts";
import { memoryDatabase, migrateTo } from "./migrate.test-support.ts";
import { planMigration } from "./plan.ts";
import { sqlOf } from "./sql-of.ts";

it("writes a plan as SQL with its values in it, a transaction for each group", () => {
  const statements = sqlOf(planMigration({ revision: "7b40a55c0752", to: "7e9fb153ecfb" }));
  expect(statements[0]).toBe("BEGIN IMMEDIATE");
  expect(statements[1]).toBe(
    "UPDATE alembic_version SET version_num = '7e9fb153ecfb' WHERE version_num = '7b40a55c0752'",
  );
  expect(statements.join("\n")).toContain('CREATE TABLE "workflowstate"');
  expect(statements.at(-1)).toBe("COMMIT");
});

it("writes SQL that does what the plan does", () => {
  const connection = memoryDatabase();
  migrateTo(connection, "de0a6c0a3e3d");
  for (const sql of sqlOf(planMigration({ revision: "de0a6c0a3e3d", to: HEAD }))) connection.exec(sql);
  expect(connection.prepare("SELECT version_num FROM alembic_version").get()).toMatchObject({
    version_num: HEAD,
  });
});

it("counts what a downgrade drops, and tells what is lost from what is carried", () => {
  const connection = memoryDatabase();
  migrateTo(connection, HEAD);
  connection.exec(`INSERT INTO events (at, dispatch_id, status) VALUES (1, 'd', 'COMPLETED');
    INSERT INTO assets (id, storage_type, storage_path, object_key, codec, content) VALUES (1, 'inline', '', '', 'value', x'01')`);
  expect(describeDrops(planMigration({ revision: HEAD, to: "7e9fb153ecfb" }), connection)).toEqual([
    { revision: "2be7f05a9c61", table: "events", column: null, rows: 1, lost: true },
    { revision: "c5a1e0d7b3f2", table: "assets", column: "content", rows: 1, lost: true },
    { revision: "c5a1e0d7b3f2", table: "assets", column: "codec", rows: 1, lost: false },
  ]);
});
