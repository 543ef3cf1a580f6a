import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import {
  describeColumn,
  describeForeignKey,
  describeIndex,
  readStructure,
  type Structure,
} from "../dialects/sqlite/structure.ts";
import { HEAD, HISTORY } from "./history.ts";
import { memoryDatabase, migrateTo, runInTransaction } from "./migrate.test-support.ts";
import { planMigration } from "./plan.ts";

const FIXTURES = fileURLToPath(new URL("../../../../shared/fixtures/covalent-db/", import.meta.url));

function structureAt(revision: string): Structure {
  const connection = memoryDatabase();
  migrateTo(connection, revision);
  return readStructure(connection);
}

describe("the history of the schema", () => {
  it.each(HISTORY.map(({ id }) => id))(
    "gives an empty database at %s the structure on record",
    async (id) => {
      await expect(`${JSON.stringify(structureAt(id), null, 1)}\n`).toMatchFileSnapshot(
        `./__snapshots__/${id}.structure`,
      );
    },
  );

  // The structures on record are only as good as their comparison with databases that the original made.
  describe.skipIf(!existsSync(FIXTURES))(
    `equals the original's (skipped without the fixtures in ../shared)`,
    () => {
      const revisions = HISTORY.filter(({ own, id }) => !own && id !== "9f1271ef662a");
      it.each(revisions.map(({ id }) => id))("at %s", (id) => {
        expect(structureAt(id)).toEqual(originalStructure(id));
      });

      it("at 9f1271ef662a but for electron_id, which may no longer be NULL", () => {
        const expected = structuredClone(originalStructure("9b9d58f02985"));
        const columns = expected.lattices?.columns.map((column) =>
          column === "electron_id INTEGER" ? "electron_id INTEGER NOT NULL" : column,
        );
        expect(structureAt("9f1271ef662a").lattices?.columns).toEqual(columns);
      });
    },
  );

  it("goes back to nothing, revision by revision, leaving no table but the version's", () => {
    const connection = memoryDatabase();
    migrateTo(connection, HEAD);
    migrateTo(connection, null);
    expect(Object.keys(readStructure(connection))).toEqual(["alembic_version"]);
  });

  it("gives the original's head back when our own revisions are undone", () => {
    const connection = memoryDatabase();
    migrateTo(connection, HEAD);
    migrateTo(connection, "7e9fb153ecfb");
    expect(readStructure(connection)).toEqual(structureAt("7e9fb153ecfb"));
  });

  it("changes nothing when the database is not where the step starts", () => {
    const connection = memoryDatabase();
    migrateTo(connection, "b60c5ecdf927");
    const overtaken = planMigration({ revision: "7b40a55c0752", to: HEAD });
    expect(() => runInTransaction(connection, overtaken, 0)).toThrow("is not at revision");
    expect(readStructure(connection)).toEqual(structureAt("b60c5ecdf927"));
  });

  it("records each revision of our own with the program that applied it", () => {
    const connection = memoryDatabase();
    migrateTo(connection, HEAD);
    const rows = connection.prepare("SELECT revision FROM covalent_schema ORDER BY rowid").all();
    expect(rows.map((row) => row.revision)).toEqual(HISTORY.filter(({ own }) => own).map(({ id }) => id));
  });

  it("brings electrons of the first revision to head, each with a job of its own", () => {
    const connection = memoryDatabase();
    migrateTo(connection, "b60c5ecdf927");
    connection.exec(`INSERT INTO lattices (id, dispatch_id, electron_id, name, status, electron_num, completed_electron_num, is_active)
      VALUES (1, 'd', 7, 'old', 'COMPLETED', 1, 1, 1);
      INSERT INTO electrons (id, parent_lattice_id, transport_graph_node_id, type, name, status, info_filename, is_active)
      VALUES (7, 1, 3, 'function', 'task', 'FAILED', 'info.log', 1)`);
    migrateTo(connection, HEAD);
    const electron = connection.prepare("SELECT job_id, task_group_id, error_filename FROM electrons").get();
    expect({ ...electron }).toEqual({ job_id: 7, task_group_id: 3, error_filename: "info.log" });
    expect({ ...connection.prepare("SELECT id, status FROM jobs").get() }).toEqual({
      id: 7,
      status: "FAILED",
    });
  });
});

interface OriginalTable {
  readonly table_info: readonly Parameters<typeof describeColumn>[0][];
  readonly index_list: readonly { name: string; unique: number; columns: string[] }[];
  readonly foreign_key_list: readonly Parameters<typeof describeForeignKey>[0][];
}

function originalStructure(revision: string): Structure {
  const file = JSON.parse(readFileSync(`${FIXTURES}schema-${revision}.json`, "utf8")) as {
    tables: Record<string, OriginalTable>;
  };
  return Object.fromEntries(
    Object.entries(file.tables).map(([name, table]) => [
      name,
      {
        columns: table.table_info.map(describeColumn),
        indexes: table.index_list
          .map((index) => describeIndex(index.name, index.unique, index.columns))
          .sort(),
        foreignKeys: table.foreign_key_list.map(describeForeignKey).sort(),
      },
    ]),
  );
}
