import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { openForMigration } from "../dialects/sqlite/connection.ts";
import { HEAD, HISTORY } from "./history.ts";
import { expectKept, valuesOf } from "./kept-values.test-support.ts";
import { migrateTo, revisionOf } from "./migrate.test-support.ts";

const FIXTURES = fileURLToPath(new URL("../../../../shared/fixtures/covalent-db/", import.meta.url));

function copyOf(name: string) {
  const directory = mkdtempSync(join(tmpdir(), "covalent-real-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, "runs.sqlite");
  copyFileSync(join(FIXTURES, `${name}.sqlite`), path);
  const connection = openForMigration(path);
  onTestFinished(() => connection.close());
  return connection;
}

const REVISIONS = HISTORY.filter(({ own, id }) => !own && id !== "9f1271ef662a").map(
  ({ id }) => `data-${id}`,
);

describe.skipIf(!existsSync(FIXTURES))(
  "databases that the original made (skipped without the fixtures in ../shared)",
  () => {
    it.each([...REVISIONS, "damaged/docs-null-electron-id", "damaged/trigger", "damaged/view"])(
      "%s reaches head with every value, and goes back with every value",
      (name) => {
        const connection = copyOf(name);
        const start = revisionOf(connection);
        const before = valuesOf(connection);
        migrateTo(connection, HEAD);
        expectKept(before, connection);
        const counts = connection
          .prepare(
            "SELECT (SELECT count(*) FROM lattices) AS lattices, (SELECT count(*) FROM electrons) AS electrons, (SELECT count(*) FROM electron_dependency) AS edges",
          )
          .get();
        expect({ ...counts }).toEqual({ lattices: 20, electrons: 200, edges: 223 });
        expect(connection.prepare("PRAGMA foreign_key_check").all()).toEqual([]);
        migrateTo(connection, start);
        const after = valuesOf(connection);
        expect([...before].filter(([place, value]) => after.get(place) !== value)).toEqual([]);
      },
    );

    it("keeps orphans as they are", () => {
      const connection = copyOf("damaged/fk-orphans");
      const before = valuesOf(connection);
      migrateTo(connection, HEAD);
      expectKept(before, connection);
      expect(connection.prepare("PRAGMA foreign_key_check").all()).toHaveLength(7);
    });

    it("gives every dispatch its root, and every node a job and a group", () => {
      const connection = copyOf("data-b60c5ecdf927");
      migrateTo(connection, HEAD);
      const odd = connection
        .prepare(
          `SELECT count(*) AS odd FROM electrons LEFT JOIN jobs ON jobs.id = job_id
         WHERE jobs.status IS NOT electrons.status OR task_group_id <> transport_graph_node_id OR executor_data <> '{}'`,
        )
        .get();
      expect(odd).toMatchObject({ odd: 0 });
      const roots = connection
        .prepare("SELECT count(DISTINCT root_dispatch_id) AS roots FROM lattices")
        .get();
      expect(roots).toMatchObject({ roots: 14 });
    });
  },
);
