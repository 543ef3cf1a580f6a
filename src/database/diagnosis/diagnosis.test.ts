import type { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { HEAD, HISTORY } from "../migration/history.ts";
import { memoryDatabase, migrateTo } from "../migration/migrate.test-support.ts";
import { diagnose } from "./diagnosis.ts";
import { ORIGINAL, populatedAt, rowsOf } from "./half-way.test-support.ts";

/** Heals a database and says what was found first. */
function healed(connection: DatabaseSync) {
  const before = diagnose(connection);
  for (const sql of before.healing) connection.exec(sql);
  return { before, after: diagnose(connection) };
}

const severe = (connection: DatabaseSync) =>
  diagnose(connection).findings.filter(({ severity }) => severity !== "note");

describe("a sound database", () => {
  it.each([...ORIGINAL, ...HISTORY.filter(({ own }) => own).map(({ id }) => id)])(
    "is known for what it is at %s",
    (revision) => {
      expect(diagnose(populatedAt(revision))).toEqual({
        stamped: [revision],
        revision,
        certain: true,
        findings: [],
        healing: [],
        repair: [],
      });
    },
  );

  it("is known at 9f1271ef662a by the one constraint that sets it apart", () => {
    const connection = memoryDatabase();
    migrateTo(connection, "9f1271ef662a");
    connection.exec("DELETE FROM alembic_version");
    expect(diagnose(connection)).toMatchObject({ revision: "9f1271ef662a", certain: true });
  });

  it("is empty when it has nothing but an empty version table", () => {
    const connection = memoryDatabase();
    expect(diagnose(connection)).toMatchObject({ revision: null, certain: true, findings: [] });
    migrateTo(connection, "b60c5ecdf927");
    migrateTo(connection, null);
    expect(diagnose(connection)).toMatchObject({ revision: null, certain: true, healing: [] });
  });
});

describe("the revision", () => {
  it.each(ORIGINAL)(
    "is told by the structure alone at %s, with an empty version table or none",
    (revision) => {
      const connection = populatedAt(revision);
      connection.exec("DELETE FROM alembic_version");
      expect(healed(connection)).toMatchObject({
        before: { stamped: [], revision, findings: [{ code: "NO_REVISION", severity: "heal" }] },
        after: { stamped: [revision], revision, findings: [] },
      });
      connection.exec("DROP TABLE alembic_version");
      expect(healed(connection)).toMatchObject({
        before: { revision },
        after: { stamped: [revision], findings: [] },
      });
    },
  );

  const rewritten: [string, string, string][] = [
    ["abbreviated", "UPDATE alembic_version SET version_num = '1142d8'", "REVISION_INEXACT"],
    [
      "in capitals, between spaces",
      "UPDATE alembic_version SET version_num = ' 1142D81B29B8 '",
      "REVISION_INEXACT",
    ],
    ["as bytes", "UPDATE alembic_version SET version_num = CAST(version_num AS BLOB)", "REVISION_INEXACT"],
    ["doubled by its ancestor's", "INSERT INTO alembic_version VALUES ('de0a6c0a3e3d')", "REVISION_DOUBLED"],
    ["doubled by its own abbreviation", "INSERT INTO alembic_version VALUES ('1142d8')", "REVISION_INEXACT"],
    ["a step behind", "UPDATE alembic_version SET version_num = 'de0a6c0a3e3d'", "STAMP_BEHIND"],
    ["a step ahead", "UPDATE alembic_version SET version_num = '3727163f275c'", "STAMP_BEHIND"],
    [
      "NULL",
      "DROP TABLE alembic_version; CREATE TABLE alembic_version (version_num VARCHAR(32)); INSERT INTO alembic_version VALUES (NULL)",
      "NO_REVISION",
    ],
    [
      "twice in a table without a key",
      "DROP TABLE alembic_version; CREATE TABLE alembic_version (version_num TEXT); INSERT INTO alembic_version VALUES ('1142d81b29b8'), ('1142d81b29b8')",
      "REVISION_INEXACT",
    ],
  ];
  it.each(rewritten)("is healed when it is written %s", (_, sql, code) => {
    const connection = populatedAt("1142d81b29b8");
    connection.exec(sql);
    expect(healed(connection)).toMatchObject({
      before: { revision: "1142d81b29b8", certain: true, findings: [{ code, severity: "heal" }] },
      after: { stamped: ["1142d81b29b8"], findings: [] },
    });
  });

  it.each([
    ["wrong", "UPDATE alembic_version SET version_num = '1142d8'"],
    ["one of two", "INSERT INTO alembic_version (version_num, note) VALUES ('1142d8', 'other')"],
    [
      "the same twice",
      "INSERT INTO alembic_version (version_num, note) SELECT version_num, note FROM alembic_version",
    ],
  ])("is healed in its row, which keeps what users have added to it, when it is %s", (_, sql) => {
    const connection = populatedAt("1142d81b29b8");
    connection.exec(`DROP TABLE alembic_version; CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, note TEXT NOT NULL);
      INSERT INTO alembic_version VALUES ('1142d81b29b8', 'mine'); ${sql}`);
    expect(healed(connection).after).toMatchObject({ stamped: ["1142d81b29b8"], certain: true, healing: [] });
    expect(connection.prepare("SELECT * FROM alembic_version").all()).toEqual([
      { version_num: "1142d81b29b8", note: "mine" },
    ]);
  });

  const refused: [string, string, string, string][] = [
    [
      "unknown",
      "UPDATE alembic_version SET version_num = 'deadbeef0000'",
      "UNKNOWN_REVISION",
      "exactly that of 7b40a55c0752",
    ],
    [
      "one of the original's branches",
      "UPDATE alembic_version SET version_num = '692b18f7b7de'",
      "UNKNOWN_REVISION",
      "covalent db stamp",
    ],
    [
      "too short to be told",
      "UPDATE alembic_version SET version_num = '7b'",
      "UNKNOWN_REVISION",
      "covalent db stamp",
    ],
    ["two heads", "INSERT INTO alembic_version VALUES ('deadbeef0000')", "TWO_HEADS", "covalent db stamp"],
    [
      "two ancestors",
      "UPDATE alembic_version SET version_num = 'b60c5ecdf927'; INSERT INTO alembic_version VALUES ('9b9d58f02985')",
      "TWO_HEADS",
      "covalent db restore latest",
    ],
  ];
  it.each(refused)("is refused when it is %s", (_, sql, code, action) => {
    const connection = populatedAt("7b40a55c0752");
    connection.exec(sql);
    expect(diagnose(connection)).toMatchObject({
      revision: null,
      certain: false,
      healing: [],
      refusal: { code, severity: "refuse", action: expect.stringContaining(action) },
    });
  });

  it("several steps from the structure's is only written by a repair", () => {
    const connection = populatedAt("7b40a55c0752");
    connection.exec("UPDATE alembic_version SET version_num = 'b60c5ecdf927'");
    const { certain, refusal, repair } = diagnose(connection);
    expect({ certain, refusal }).toMatchObject({
      certain: false,
      refusal: { code: "STAMP_WRONG", severity: "repair" },
    });
    for (const sql of repair) connection.exec(sql);
    expect(diagnose(connection)).toMatchObject({ revision: "7b40a55c0752", findings: [] });
  });

  it("of a newer program names that program", () => {
    const connection = populatedAt(HEAD);
    connection.exec(
      "UPDATE alembic_version SET version_num = 'feedfeedfeed'; INSERT INTO covalent_schema VALUES ('feedfeedfeed', '9.1.0', '2030')",
    );
    expect(diagnose(connection).refusal).toMatchObject({
      code: "NEWER",
      what: expect.stringContaining("written by Covalent 9.1.0"),
    });
  });

  it("is looked for in no database of another program", () => {
    const connection = memoryDatabase();
    connection.exec("CREATE TABLE recipes (id)");
    expect(diagnose(connection).refusal).toMatchObject({
      code: "NOT_OURS",
      what: expect.stringContaining("recipes"),
    });
  });

  it("is kept apart from a version table of another shape", () => {
    const connection = populatedAt("7b40a55c0752");
    connection.exec("DROP TABLE alembic_version; CREATE TABLE alembic_version (mine)");
    const { refusal, repair } = diagnose(connection);
    expect(refusal).toMatchObject({ code: "VERSION_TABLE_UNREADABLE", severity: "repair" });
    for (const sql of repair) connection.exec(sql);
    expect(diagnose(connection)).toMatchObject({ stamped: ["7b40a55c0752"], certain: true });
    expect(connection.prepare("SELECT * FROM kept_alembic_version").all()).toEqual([]);
  });

  it("cannot be told from a structure that fits none", () => {
    const connection = populatedAt("7b40a55c0752");
    connection.exec(
      "DELETE FROM alembic_version; ALTER TABLE lattices DROP COLUMN results_dir; ALTER TABLE jobs RENAME TO gone",
    );
    expect(diagnose(connection)).toMatchObject({
      certain: false,
      refusal: {
        code: "UNIDENTIFIED",
        what: expect.stringMatching(/the nearest is 7b40a55c0752 \(without .*table jobs/),
        action: expect.stringContaining("covalent db stamp 7b40a55c0752"),
      },
    });
  });
});

describe("left-overs of a rebuild", () => {
  const copy = "CREATE TABLE _alembic_tmp_lattices AS SELECT * FROM lattices";

  it("are dropped when every row of them is in the table as well", () => {
    const connection = populatedAt("3727163f275c");
    connection.exec(copy);
    expect(healed(connection)).toMatchObject({
      before: {
        certain: true,
        findings: [{ code: "LEFT_OVER_TABLE", what: expect.stringContaining("2 rows") }],
      },
      after: { findings: [] },
    });
  });

  it.each([
    ["a value differs", "UPDATE _alembic_tmp_lattices SET name = 'other' WHERE id = 2"],
    ["a row is nowhere else", "DELETE FROM lattices WHERE id = 2"],
    [
      "a value is in capitals and the column takes that for the same",
      `CREATE TABLE _alembic_tmp_new (id INTEGER, name TEXT COLLATE NOCASE);
        INSERT INTO _alembic_tmp_new SELECT id, iif(id = 2, upper(name), name) FROM lattices;
        DROP TABLE _alembic_tmp_lattices; ALTER TABLE _alembic_tmp_new RENAME TO _alembic_tmp_lattices`,
    ],
    [
      "a value is a number that the table has as a text",
      `CREATE TABLE _alembic_tmp_new (id INTEGER, name);
        UPDATE lattices SET name = '12' WHERE id = 2; INSERT INTO _alembic_tmp_new SELECT id, iif(id = 2, 12, name) FROM lattices;
        DROP TABLE _alembic_tmp_lattices; ALTER TABLE _alembic_tmp_new RENAME TO _alembic_tmp_lattices`,
    ],
    [
      "a value has no column in the table",
      "ALTER TABLE _alembic_tmp_lattices ADD COLUMN more; UPDATE _alembic_tmp_lattices SET more = 1 WHERE id = 2",
    ],
  ])("are kept under another name by a repair when %s", (_, sql) => {
    const connection = populatedAt("3727163f275c");
    connection.exec(`${copy}; ${sql}`);
    const { certain, refusal, healing, repair } = diagnose(connection);
    expect({ certain, healing }).toEqual({ certain: false, healing: [] });
    expect(refusal).toMatchObject({
      code: "LEFT_OVER_DIFFERS",
      what: expect.stringContaining("1 of its 2 rows"),
    });
    for (const statement of repair) connection.exec(statement);
    expect(severe(connection)).toEqual([]);
    expect(connection.prepare("SELECT id FROM kept_alembic_tmp_lattices").all()).toHaveLength(2);
  });

  it("take the place of a table that is gone", () => {
    const connection = populatedAt("7e9fb153ecfb");
    const rows = rowsOf(connection);
    connection.exec(
      "ALTER TABLE lattices RENAME TO _alembic_tmp_lattices; UPDATE alembic_version SET version_num = '7b40a55c0752'",
    );
    expect(healed(connection)).toMatchObject({
      before: {
        certain: true,
        revision: "7e9fb153ecfb",
        findings: [{ code: "RENAME_MISSING" }, { code: "STAMP_BEHIND" }],
      },
      after: { revision: "7e9fb153ecfb", findings: [] },
    });
    expect(rowsOf(connection)).toEqual(rows);
  });

  it("take no table's place when they lack rows that others refer to", () => {
    const connection = populatedAt("7b40a55c0752");
    connection.exec(`${copy}; DELETE FROM _alembic_tmp_lattices WHERE id = 1; DROP TABLE lattices`);
    expect(diagnose(connection).refusal).toMatchObject({
      code: "TABLE_LOST",
      what: expect.stringContaining("2 rows of other tables"),
    });
  });
});

describe("what users made of their database", () => {
  it("may be written in capitals: the names are healed, the rows stay", () => {
    const connection = populatedAt("7b40a55c0752");
    const rows = rowsOf(connection);
    connection.exec(`ALTER TABLE lattices RENAME TO x; ALTER TABLE x RENAME TO LATTICES;
      ALTER TABLE electrons RENAME COLUMN name TO NAME; ALTER TABLE alembic_version RENAME TO y; ALTER TABLE y RENAME TO Alembic_Version`);
    const { before, after } = healed(connection);
    expect(before.findings.map(({ code, severity }) => `${severity} ${code}`)).toEqual(
      Array(3).fill("heal NAME_CASE"),
    );
    expect(after).toMatchObject({ revision: "7b40a55c0752", findings: [] });
    expect(rowsOf(connection)).toEqual(rows);
  });

  it("is named and kept", () => {
    const connection = populatedAt("7b40a55c0752");
    connection.exec(`CREATE TABLE mine (id); ALTER TABLE lattices ADD COLUMN owner TEXT; CREATE INDEX by_owner ON lattices (lower(owner));
      CREATE TRIGGER tr AFTER INSERT ON lattices BEGIN INSERT INTO mine VALUES (new.id); END; CREATE VIEW v AS SELECT name, owner FROM lattices;
      CREATE VIEW broken AS SELECT absent FROM lattices`);
    const { certain, findings } = diagnose(connection);
    expect(certain).toBe(true);
    expect(findings.map(({ what }) => what)).toEqual([
      "tables of your own: mine",
      "columns of your own: lattices.owner",
      "indexes of your own: by_owner",
      "triggers of your own: tr",
      "views of your own: v, broken",
      expect.stringContaining("your view broken does not work: no such column: absent"),
    ]);
  });

  it("may need functions that only their program has, and tables without row ids", () => {
    const connection = populatedAt("7b40a55c0752");
    connection.function("mine", { deterministic: true }, (_name: unknown) => 1);
    connection.exec(`CREATE INDEX by_mine ON lattices (mine(name)); DROP TABLE alembic_version;
      CREATE TABLE alembic_version (version_num TEXT PRIMARY KEY) WITHOUT ROWID; INSERT INTO alembic_version VALUES ('7b40a55c0752')`);
    const reader = memoryDatabase();
    reader.deserialize(connection.serialize());
    expect(diagnose(reader)).toMatchObject({
      revision: "7b40a55c0752",
      certain: true,
      findings: [{ what: "indexes of your own: by_mine" }],
    });
  });

  it("is refused by name where a migration needs the name", () => {
    const connection = populatedAt("de0a6c0a3e3d");
    connection.exec("CREATE VIEW assets AS SELECT 1; CREATE INDEX cnode_idx ON lattices (name)");
    expect(severe(connection)).toMatchObject([
      {
        code: "INDEX_IN_THE_WAY",
        severity: "refuse",
        what: expect.stringContaining("cnode_idx on lattices(name)"),
      },
      { code: "VIEW_IN_THE_WAY", severity: "refuse", what: expect.stringContaining("your view assets") },
    ]);
  });

  it("may hide a table of ours behind a view: that alone is said, since nothing else could be done", () => {
    const connection = populatedAt("de0a6c0a3e3d");
    connection.exec(
      "PRAGMA legacy_alter_table = ON; ALTER TABLE lattices RENAME TO mine; CREATE VIEW lattices AS SELECT * FROM mine",
    );
    expect(severe(connection)).toMatchObject([{ code: "VIEW_IN_THE_WAY", severity: "refuse" }]);
    const { refusal, healing, repair } = diagnose(connection);
    expect([healing, repair]).toEqual([[], []]);
    connection.exec(/DROP VIEW .*/.exec(refusal?.action ?? "")?.[0] ?? "");
    expect(severe(connection)).toEqual([]);
  });

  it("may lack an index, which is made again", () => {
    const connection = populatedAt("7b40a55c0752");
    connection.exec("DROP INDEX cnode_idx");
    expect(healed(connection)).toMatchObject({
      before: { certain: true, findings: [{ code: "INDEX_MISSING", severity: "heal" }] },
      after: { findings: [] },
    });
  });
});

describe("what stops nothing", () => {
  it("is said: orphans by table, values that columns forbid, and how older builds differ", () => {
    const connection = populatedAt("26d71848a404");
    connection.exec(`UPDATE electrons SET parent_lattice_id = 99 WHERE id = 3; PRAGMA writable_schema = ON;
      UPDATE sqlite_schema SET sql = replace(sql, '"root_dispatch_id" VARCHAR(64)', '"root_dispatch_id" VARCHAR(64) NOT NULL') WHERE name = 'lattices';
      PRAGMA writable_schema = RESET`);
    const { certain, findings } = diagnose(connection);
    expect(certain).toBe(true);
    expect(findings.map(({ severity, code, what }) => `${severity} ${code}: ${what}`)).toEqual([
      expect.stringContaining(
        "note VALUE_VIOLATION: 2 values that a column forbids: NULL value in lattices.root_dispatch_id",
      ),
      "note DRIFT: column lattices.root_dispatch_id is NOT NULL, unlike in its revision",
      "note ORPHANS: 1 row of electrons refers to rows of lattices that are not there",
    ]);
  });

  it("is an index that disagrees with its table: a repair makes it again", () => {
    const connection = populatedAt("7b40a55c0752");
    connection.exec(`PRAGMA writable_schema = ON;
      CREATE TABLE other (electron_id INTEGER); CREATE INDEX other_idx ON other (electron_id);
      UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'other_idx') WHERE name = 'cnode_idx';
      DELETE FROM sqlite_schema WHERE name IN ('other', 'other_idx'); PRAGMA writable_schema = RESET`);
    const { refusal, repair } = diagnose(connection);
    expect(refusal?.code).toMatch(/INDEX_DAMAGED|DAMAGED/);
    if (refusal?.code === "INDEX_DAMAGED") expect(repair).toEqual(["REINDEX"]);
  });
});
