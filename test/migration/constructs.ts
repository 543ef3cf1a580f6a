import type { DatabaseSync } from "node:sqlite";
import { expect } from "vitest";

/** What people have put into their databases, as SQL and as changes of the texts of our tables. All names begin with `my`. */
export interface Construct {
  readonly name: string;
  readonly make?: string;
  readonly edit?: Readonly<Record<string, (sql: string) => string>>;
  /** That it does what it did. */
  readonly check?: (connection: DatabaseSync) => void;
  /** For one that is refused: how it is named. */
  readonly named?: RegExp;
}

const constraint = (text: string) => (sql: string) => sql.replace(/\)\s*$/, `, ${text})`);
const column = (text: string) => (sql: string) => sql.replace(/,\s*PRIMARY KEY/, `, ${text}, PRIMARY KEY`);
const after = (name: string, text: string) => (sql: string) =>
  sql.replace(new RegExp(`("${name}" [A-Z]+(?:\\(\\d+\\))?)`), `$1 ${text}`);
const options = (text: string) => (sql: string) => `${sql} ${text}`;

const fails = (sql: string, reason: string) => (connection: DatabaseSync) => {
  expect(() => connection.exec(sql)).toThrow(reason);
};

const textOf = (table: string, part: string) => (connection: DatabaseSync) => {
  const row = connection.prepare("SELECT sql FROM sqlite_schema WHERE name = ?").get(table);
  expect(row?.sql).toContain(part);
};

const answers = (sql: string, answer: unknown) => (connection: DatabaseSync) => {
  expect(Object.values(connection.prepare(sql).get() ?? {})[0]).toEqual(answer);
};

const CONSTRAINTS: readonly Construct[] = [
  {
    name: "a CHECK on a table",
    edit: {
      lattices: constraint("CONSTRAINT my_check CHECK (is_active IN (0, 1) AND length(name) > 0)"),
      electrons: constraint("CHECK (transport_graph_node_id >= 0)"),
    },
    check: fails("UPDATE lattices SET is_active = 2", "my_check"),
  },
  {
    name: "a CHECK on a column, and COLLATE",
    edit: {
      electrons: after("name", "COLLATE NOCASE CHECK (length(name) >= 0)"),
      lattices: after("name", "COLLATE RTRIM"),
    },
    check: answers("SELECT count(*) FROM electrons WHERE name = 'TASK 1'", 1),
  },
  {
    name: "a CHECK that rows break",
    make: "UPDATE lattices SET electron_num = -4 WHERE id = 2; UPDATE electrons SET status = 'ODD' WHERE id = 3",
    edit: {
      lattices: constraint("CONSTRAINT my_check CHECK (electron_num > 0)"),
      electrons: after("status", "CHECK (status <> 'ODD')"),
    },
    check: fails("UPDATE electrons SET status = 'ODD' WHERE id = 1", "CHECK constraint failed"),
  },
  {
    name: "ON CONFLICT of a NOT NULL",
    edit: {
      lattices: (sql) => sql.replace('"name" TEXT NOT NULL', '"name" TEXT NOT NULL ON CONFLICT IGNORE'),
      electrons: (sql) =>
        sql.replace('"name" TEXT NOT NULL', `"name" TEXT NOT NULL ON CONFLICT REPLACE DEFAULT 'x'`),
    },
    check: textOf("lattices", "ON CONFLICT IGNORE"),
  },
  {
    name: "ON CONFLICT of a UNIQUE, and of one that a revision makes",
    edit: {
      lattices: (sql) =>
        constraint("UNIQUE (dispatch_id, name) ON CONFLICT REPLACE")(
          constraint("UNIQUE (dispatch_id) ON CONFLICT IGNORE")(sql),
        ),
    },
    check: textOf("lattices", "UNIQUE (dispatch_id, name) ON CONFLICT REPLACE"),
  },
  {
    name: "ON CONFLICT of a primary key",
    edit: {
      electrons: (sql) => sql.replace(/PRIMARY KEY \("?id"?\)/, 'PRIMARY KEY ("id") ON CONFLICT REPLACE'),
    },
    check: textOf("electrons", "ON CONFLICT REPLACE"),
  },
  ...["lattices", "electrons", "electron_dependency"].map((table) => ({
    name: `${table} WITHOUT ROWID`,
    edit: { [table]: options("WITHOUT ROWID") },
    check: textOf(table, "WITHOUT ROWID"),
  })),
  {
    name: "AUTOINCREMENT on a table of ours and on one of theirs",
    make: `UPDATE sqlite_sequence SET seq = 777 WHERE name = 'lattices'; CREATE TABLE my_rows (id INTEGER PRIMARY KEY AUTOINCREMENT, e INTEGER REFERENCES electrons (id));
      INSERT INTO my_rows (e) VALUES (1), (2), (3); DELETE FROM my_rows WHERE id = 3`,
    edit: {
      lattices: (sql) =>
        sql
          .replace('"id" INTEGER NOT NULL', '"id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL')
          .replace(/,\s*PRIMARY KEY \("id"\)/, ""),
    },
    check: answers(
      "SELECT group_concat(name || seq, ' ') FROM (SELECT * FROM sqlite_sequence WHERE name <> 'events' ORDER BY name)",
      "lattices777 my_rows3",
    ),
  },
  {
    name: "a primary key that SQLite does not store rows by",
    edit: {
      electrons: (sql) => sql.replace('"id" INTEGER NOT NULL', '"id" INT NOT NULL'),
      electron_dependency: (sql) => sql.replace(/,\s*PRIMARY KEY \("id"\)/, ""),
    },
    check: textOf("electrons", '"id" INT '),
  },
];

const COLUMNS: readonly Construct[] = [
  {
    name: "generated columns",
    make: `ALTER TABLE electrons ADD COLUMN my_virtual TEXT AS (name || '/' || id) VIRTUAL; CREATE INDEX my_index ON electrons (my_virtual)`,
    edit: {
      electrons: column("my_stored INTEGER AS (id * 2) STORED"),
      lattices: column(
        "my_stored TEXT AS (upper(CAST(name AS TEXT))) STORED NOT NULL CHECK (my_stored <> '')",
      ),
    },
  },
  {
    name: "columns with defaults of all kinds",
    make: `ALTER TABLE electrons ADD COLUMN my_last TEXT NOT NULL DEFAULT 'd'; ALTER TABLE lattices ADD COLUMN my_word TEXT DEFAULT "word"`,
    edit: {
      electrons: column(
        "my_time TEXT DEFAULT (datetime('now')), my_sum TEXT NOT NULL DEFAULT ('a' || 'b'), my_number REAL DEFAULT -1.5e3, my_bytes BLOB DEFAULT x'00ff', my_day TEXT DEFAULT CURRENT_DATE",
      ),
    },
  },
  {
    name: "columns that are called like keywords",
    make: `ALTER TABLE electrons ADD COLUMN "order" TEXT; ALTER TABLE electrons ADD COLUMN "group" TEXT DEFAULT 'g'; ALTER TABLE electrons ADD COLUMN "foreign" TEXT; ALTER TABLE electrons ADD COLUMN action TEXT;
      ALTER TABLE lattices ADD COLUMN "check" TEXT; ALTER TABLE lattices ADD COLUMN "unique" TEXT; ALTER TABLE lattices ADD COLUMN "primary" TEXT; ALTER TABLE lattices ADD COLUMN "constraint" TEXT; ALTER TABLE lattices ADD COLUMN key TEXT;
      UPDATE electrons SET "order" = 'o' || id, "foreign" = 'f', action = 'a'; UPDATE lattices SET "check" = 'c', "unique" = 'u', "primary" = 'p', "constraint" = 'k', key = 'key';
      CREATE INDEX my_order ON electrons ("order", "group")`,
    check: answers(
      `SELECT (SELECT "order" || "group" || "foreign" || action FROM electrons WHERE id = 2) || (SELECT "check" || "unique" || "primary" || "constraint" || key FROM lattices WHERE id = 1)`,
      "o2gfacupkkey",
    ),
  },
  {
    name: "names of every kind",
    make: `ALTER TABLE electrons ADD COLUMN "my ""quoted"" column" TEXT; UPDATE electrons SET "my ""quoted"" column" = 'v' || id; ALTER TABLE lattices ADD COLUMN [my b] TEXT DEFAULT 'b';
      CREATE TABLE [my table's t] ("a b" TEXT, "c""d" INT); INSERT INTO [my table's t] VALUES (1, 2); CREATE INDEX "my index's ""i""" ON electrons ("my ""quoted"" column");
      CREATE VIEW "my ""view""" AS SELECT "my ""quoted"" column", \`name\` FROM [electrons]; CREATE TRIGGER "my ""trigger""" AFTER INSERT ON electrons BEGIN SELECT 1; END`,
  },
  {
    name: "comments in the texts of tables",
    edit: {
      electrons: (sql) =>
        sql.replace(
          '"name" TEXT NOT NULL,',
          `"name" TEXT NOT NULL, -- the name, with (parens and 'quotes"\n /* and, a comment ) */ my_word TEXT DEFAULT 'a,b)(', -- x\n`,
        ),
      lattices: (sql) => sql.replace(/\)\s*$/, " -- end, of it\n) /* done */"),
    },
    check: textOf("electrons", "with (parens"),
  },
  {
    name: "a foreign key of a column of their own, broken in one row",
    make: `CREATE TABLE my_projects (id INTEGER PRIMARY KEY, n TEXT); INSERT INTO my_projects VALUES (1, 'p'); ALTER TABLE lattices ADD COLUMN my_project INTEGER REFERENCES my_projects (id) ON DELETE SET NULL;
      UPDATE lattices SET my_project = 1; UPDATE lattices SET my_project = 9 WHERE id = 1`,
  },
];

const AROUND: readonly Construct[] = [
  {
    name: "tables whose rows go with ours",
    make: `CREATE TABLE my_notes (id INTEGER PRIMARY KEY, e INTEGER NOT NULL REFERENCES electrons (id) ON DELETE CASCADE ON UPDATE CASCADE, l INTEGER REFERENCES lattices ON DELETE CASCADE, t TEXT);
      INSERT INTO my_notes SELECT id, id, parent_lattice_id, 'note' FROM electrons; CREATE TABLE my_marks (e INTEGER REFERENCES electrons (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED);
      INSERT INTO my_marks SELECT id FROM electrons`,
    check: answers("SELECT (SELECT count(*) FROM my_notes) + (SELECT count(e) FROM my_marks)", 24),
  },
  {
    name: "indexes of all kinds",
    make: `CREATE INDEX my_expression ON electrons (lower(name) DESC, id) WHERE is_active; CREATE UNIQUE INDEX my_unique ON electrons (parent_lattice_id, transport_graph_node_id); CREATE INDEX my_collation ON lattices (name COLLATE NOCASE);
      CREATE INDEX my_part ON electron_dependency (substr(edge_name, 1, 3)); ANALYZE`,
  },
  {
    name: "texts in double quotes",
    make: `CREATE INDEX my_index ON lattices ("no such column"); CREATE INDEX my_other ON electrons (name) WHERE status = "COMPLETED"; CREATE VIEW my_view AS SELECT id, "literal" AS l FROM lattices WHERE "some text" <> name;
      CREATE TABLE my_log (t, w); CREATE TRIGGER my_trigger AFTER UPDATE OF status ON electrons WHEN new.status <> "NEVER" BEGIN INSERT INTO my_log VALUES (new.id, "literal"); END;
      ALTER TABLE electrons ADD COLUMN my_column TEXT DEFAULT 'x' CHECK (my_column <> "forbidden")`,
    check: answers("SELECT l FROM my_view", "literal"),
  },
  {
    name: "views on views, with stars, windows and common tables",
    make: `CREATE VIEW my_first AS SELECT id, name FROM electrons; CREATE VIEW my_second AS SELECT * FROM my_first JOIN lattices USING (id); CREATE TABLE my_log (x);
      CREATE TRIGGER my_instead INSTEAD OF INSERT ON my_first BEGIN INSERT INTO my_log VALUES (new.id); END;
      CREATE VIEW my_third AS WITH x AS (SELECT parent_lattice_id AS p, count(*) AS n FROM electrons GROUP BY 1) SELECT lattices.dispatch_id, n, rank() OVER (ORDER BY n) AS r FROM x JOIN lattices ON lattices.id = p`,
    check: answers("SELECT count(*) FROM my_third, my_second", 16),
  },
  {
    name: "triggers that forbid what a migration does",
    make: `CREATE TRIGGER my_no BEFORE UPDATE ON electrons BEGIN SELECT RAISE(ABORT, 'never'); END; CREATE TRIGGER my_never BEFORE DELETE ON lattices BEGIN SELECT RAISE(FAIL, 'never'); END;
      CREATE TRIGGER my_nothing BEFORE INSERT ON lattices BEGIN SELECT RAISE(IGNORE); END; CREATE TABLE my_in (n TEXT); CREATE TRIGGER my_into AFTER INSERT ON my_in BEGIN UPDATE lattices SET name = new.n; DELETE FROM electrons; END`,
    check: fails("UPDATE electrons SET name = 'x'", "never"),
  },
  {
    name: "a search index over our table",
    make: `CREATE VIRTUAL TABLE my_search USING fts5(type, content='electrons', content_rowid='id'); INSERT INTO my_search (my_search) VALUES ('rebuild'); CREATE VIRTUAL TABLE my_own USING fts5(a); INSERT INTO my_own VALUES ('hello');
      CREATE TRIGGER my_sync AFTER INSERT ON electrons BEGIN INSERT INTO my_search (rowid, type) VALUES (new.id, new.type); END`,
    check: answers("SELECT count(*) FROM my_search WHERE my_search MATCH 'function'", 12),
  },
  {
    name: "tables of their own kinds, and numbers in the header",
    make: `CREATE TABLE my_strict (a TEXT PRIMARY KEY, b ANY) STRICT, WITHOUT ROWID; INSERT INTO my_strict VALUES ('k', x'00'); CREATE VIRTUAL TABLE my_places USING rtree(id, a, b); INSERT INTO my_places VALUES (1, 2, 3);
      PRAGMA user_version = 42; PRAGMA application_id = 77`,
  },
];

export const KEPT: readonly Construct[] = [...CONSTRAINTS, ...COLUMNS, ...AROUND];

export const REFUSED: readonly Construct[] = [
  {
    name: "a generated column of one that goes",
    make: "ALTER TABLE electrons ADD COLUMN my_sum TEXT AS (coalesce(\"deps_filename\", '') || 'x')",
    named: /my_sum uses electrons\.deps_filename/,
  },
  {
    name: "a CHECK of a column that goes",
    edit: { electrons: constraint("CONSTRAINT my_check CHECK (\"deps_filename\" <> 'no')") },
    named: /my_check .*uses electrons\.deps_filename/,
  },
  {
    name: "a column with the name of one of ours",
    make: "ALTER TABLE electrons ADD COLUMN key TEXT; UPDATE electrons SET key = 'mine'",
    named: /electrons\.key .*kept_key/,
  },
  {
    name: "a table with the name of one of ours",
    make: "CREATE TABLE events (a); INSERT INTO events VALUES (1)",
    named: /table events .*kept_events/,
  },
  {
    name: "a view with the name of a table of ours",
    make: "CREATE VIEW attempts AS SELECT 1 AS a",
    named: /view attempts .*DROP VIEW "attempts"/,
  },
  {
    name: "an index with the name of a table of ours",
    make: "CREATE INDEX attempts ON lattices (name)",
    named: /index attempts .*DROP INDEX "attempts"/,
  },
  {
    name: "an index with the name of one of ours",
    make: "CREATE INDEX attempts_electron_idx ON electrons (name)",
    named: /index attempts_electron_idx .*DROP INDEX/,
  },
  ...["_covalent_carried", "_covalent_old_lattices", "_covalent_case_electrons", "cnode_idx"].map(
    (table) => ({
      name: `a table called ${table}`,
      make: `DROP TABLE IF EXISTS ${table}; DROP INDEX IF EXISTS ${table}; CREATE TABLE ${table} (a); INSERT INTO ${table} VALUES (1)`,
      named: new RegExp(`table ${table} .*ALTER TABLE "${table}" RENAME TO "kept_`),
    }),
  ),
  {
    name: "a view with the name of one of our indexes",
    make: "CREATE VIEW lattices_parent_idx AS SELECT 1 AS a",
    named: /view lattices_parent_idx .*index.*DROP VIEW "lattices_parent_idx"/,
  },
  {
    name: "a view in the place of a table of ours",
    make: "ALTER TABLE lattices RENAME TO my_lattices; CREATE VIEW lattices AS SELECT * FROM my_lattices",
    named: /view lattices .*DROP VIEW "lattices"; ALTER TABLE "my_lattices" RENAME TO "lattices"/,
  },
  {
    name: "a trigger for updates of a column that goes",
    make: `CREATE TABLE my_log (t); CREATE TRIGGER my_trigger AFTER UPDATE /* of */ OF status, [deps_filename] ON electrons BEGIN INSERT INTO my_log VALUES (new.id); END`,
    named: /trigger my_trigger .*electrons\.deps_filename.*DROP TRIGGER "my_trigger"/,
  },
];
