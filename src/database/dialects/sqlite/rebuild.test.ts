import { describe, expect, it } from "vitest";
import { HEAD } from "../../migration/history.ts";
import { memoryDatabase, migrateTo, revisionOf } from "../../migration/migrate.test-support.ts";
import { findObstacles } from "../../migration/obstacles.ts";
import { planMigration } from "../../migration/plan.ts";

const DISPATCH = `INSERT INTO lattices (id, dispatch_id, name, status, electron_num, completed_electron_num, is_active, deps_filename)
  VALUES (1, 'd-1', 'Old', 'COMPLETED', 1, 1, 1, 'deps.pkl');
  INSERT INTO electrons (id, parent_lattice_id, transport_graph_node_id, type, name, status, is_active) VALUES (7, 1, 0, 'function', 'task', 'COMPLETED', 1);`;

function databaseAt(revision: string) {
  const connection = memoryDatabase();
  migrateTo(connection, revision);
  connection.exec(DISPATCH);
  return connection;
}

function names(connection: ReturnType<typeof memoryDatabase>, type: string): string[] {
  const rows = connection
    .prepare("SELECT name FROM sqlite_schema WHERE type = ? AND name LIKE 'my_%'")
    .all(type);
  return rows.map(({ name }) => String(name)).sort();
}

describe("a table that is made anew", () => {
  it("keeps what users added to it: columns with values, indexes, triggers, views", () => {
    const connection = databaseAt("97202f5f47cb");
    connection.exec(`ALTER TABLE electrons ADD COLUMN my_note TEXT COLLATE NOCASE DEFAULT 'none';
      ALTER TABLE electrons ADD COLUMN my_sum INTEGER AS (id + 1) VIRTUAL CHECK (my_sum > 0);
      UPDATE electrons SET my_note = 'Mine';
      CREATE INDEX my_plain ON electrons (my_note);
      CREATE INDEX my_expression ON electrons (lower(name)) WHERE status = 'COMPLETED';
      CREATE TABLE my_log (what TEXT, electron INTEGER REFERENCES electrons (id) ON DELETE CASCADE);
      INSERT INTO my_log VALUES ('kept', 7);
      CREATE TRIGGER my_trigger AFTER UPDATE ON electrons BEGIN INSERT INTO my_log VALUES (new.my_note, new.id); END;
      CREATE VIEW my_view AS SELECT electrons.name AS task, lattices.name AS flow FROM electrons JOIN lattices ON lattices.id = parent_lattice_id;`);
    migrateTo(connection, HEAD);
    expect(names(connection, "index")).toEqual(["my_expression", "my_plain"]);
    expect(
      connection.prepare("SELECT my_note, my_sum FROM electrons WHERE my_note = 'MINE'").get(),
    ).toMatchObject({
      my_note: "Mine",
      my_sum: 8,
    });
    expect(connection.prepare("SELECT * FROM my_view").get()).toMatchObject({ task: "task", flow: "Old" });
    expect(connection.prepare("SELECT what FROM my_log").all()).toMatchObject([{ what: "kept" }]);
    connection.exec("UPDATE electrons SET name = 'again'");
    expect(connection.prepare("SELECT what FROM my_log").all()).toMatchObject([
      { what: "kept" },
      { what: "Mine" },
    ]);
    expect(() => connection.exec("UPDATE electrons SET id = -5")).toThrow("CHECK constraint failed");
  });

  it("keeps indexes that name their table, and refuses a CHECK that does, by its text", () => {
    const connection = databaseAt("97202f5f47cb");
    connection.exec(`CREATE INDEX my_partial ON lattices (name) WHERE lattices.is_active = 1;
      CREATE INDEX my_expression ON electrons (lower(name)) WHERE electrons."status" <> 'FAILED'`);
    migrateTo(connection, HEAD);
    expect(names(connection, "index")).toEqual(["my_expression", "my_partial"]);

    const other = databaseAt("97202f5f47cb");
    other.exec("ALTER TABLE lattices ADD COLUMN my_count INTEGER CHECK (lattices.electron_num > 0)");
    const [finding] = findObstacles(other, planMigration({ revision: "97202f5f47cb", to: HEAD }));
    expect(finding).toMatchObject({
      what: expect.stringMatching(/my_count.* names the table lattices itself/),
      action: expect.stringContaining("without `lattices.`"),
    });
  });

  it("is refused without naming a revision when what heals the database breaks a view", () => {
    const connection = databaseAt("97202f5f47cb");
    connection.exec("CREATE TABLE left_over (id INTEGER); CREATE VIEW my_view AS SELECT id FROM left_over");
    const plan = planMigration({ revision: "97202f5f47cb", to: HEAD });
    expect(findObstacles(connection, plan, ["DROP TABLE left_over"])[0]).toMatchObject({
      what: expect.stringMatching(/^the view my_view would no longer work/),
      action: 'remove it first: DROP VIEW "my_view"',
    });
  });

  it("wakes no trigger, not even one on the table of the revision", () => {
    const connection = databaseAt("97202f5f47cb");
    connection.exec(`CREATE TABLE my_log (what TEXT);
      CREATE TRIGGER my_stamp AFTER UPDATE ON alembic_version BEGIN DELETE FROM lattices; INSERT INTO my_log VALUES ('fired'); END`);
    migrateTo(connection, HEAD);
    expect(connection.prepare("SELECT * FROM my_log").all()).toEqual([]);
    expect(connection.prepare("SELECT id FROM lattices").all()).toHaveLength(1);
    expect(names(connection, "trigger")).toEqual(["my_stamp"]);
  });

  it("is found by its name in capitals", () => {
    const connection = databaseAt("97202f5f47cb");
    connection.exec("ALTER TABLE lattices RENAME TO LATTICES_; ALTER TABLE LATTICES_ RENAME TO LATTICES");
    migrateTo(connection, HEAD);
    const constraints = connection
      .prepare("SELECT name FROM pragma_index_list('lattices') WHERE \"unique\"")
      .all();
    expect(constraints).toHaveLength(2);
    expect(connection.prepare("SELECT name FROM sqlite_schema WHERE name = 'LATTICES'").all()).toHaveLength(
      1,
    );
  });

  it("hands out no key twice when its table was AUTOINCREMENT", () => {
    const connection = databaseAt("97202f5f47cb");
    const [row] = connection
      .prepare("SELECT sql FROM sqlite_schema WHERE name = 'electron_dependency'")
      .all();
    const text = String(row?.sql)
      .replace('"id" INTEGER NOT NULL', '"id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL')
      .replace(/,\s*PRIMARY KEY \("id"\)/, "");
    connection.exec(`DROP TABLE electron_dependency; ${text};
      INSERT INTO electron_dependency (id, electron_id, parent_electron_id, edge_name, is_active) VALUES (41, 7, 7, 'x', 1);
      DELETE FROM electron_dependency`);
    migrateTo(connection, HEAD);
    connection.exec(
      "INSERT INTO electron_dependency (electron_id, parent_electron_id, edge_name, is_active) VALUES (7, 7, 'x', 1)",
    );
    expect(connection.prepare("SELECT id FROM electron_dependency").get()).toMatchObject({ id: 42 });
  });

  it.each([
    ["view", "CREATE VIEW my_object AS SELECT deps_filename FROM lattices"],
    ["view", 'CREATE VIEW my_object AS SELECT "deps_filename" FROM lattices'],
    ["trigger", "CREATE TRIGGER my_object AFTER INSERT ON lattices BEGIN SELECT new.deps_filename; END"],
    ["index", 'CREATE INDEX my_object ON lattices ("deps_filename")'],
    ["index", "CREATE INDEX my_object ON lattices (upper(deps_filename))"],
  ])("refuses by name, changing nothing, where a %s uses a column that goes: %s", (kind, sql) => {
    const connection = databaseAt("97202f5f47cb");
    connection.exec(sql);
    const obstacles = () =>
      findObstacles(connection, planMigration({ revision: revisionOf(connection), to: HEAD }));
    expect(obstacles()).toMatchObject([
      {
        severity: "refuse",
        what: expect.stringContaining(`the ${kind} my_object`),
        action: expect.stringContaining(`DROP ${kind.toUpperCase()} "my_object"`),
      },
    ]);
    expect(() => migrateTo(connection, HEAD)).toThrow("my_object");
    expect(revisionOf(connection)).toBe("1142d81b29b8");
    connection.exec(`DROP ${kind.toUpperCase()} my_object`);
    expect(obstacles()).toEqual([]);
    migrateTo(connection, HEAD);
  });

  it("names everything that stands in the way at once", () => {
    const connection = databaseAt("97202f5f47cb");
    connection.exec(`CREATE VIEW my_first AS SELECT deps_filename FROM lattices;
      CREATE VIEW my_second AS SELECT cova_imports_filename FROM lattices;
      ALTER TABLE electrons ADD COLUMN my_sum TEXT AS (executor_data_filename || '!')`);
    const found = findObstacles(connection, planMigration({ revision: "97202f5f47cb", to: HEAD }));
    expect(found.map(({ what }) => what)).toEqual([
      expect.stringContaining("the column electrons.my_sum uses electrons.executor_data_filename"),
      expect.stringContaining("the view my_first"),
      expect.stringContaining("the view my_second"),
    ]);
  });
});
