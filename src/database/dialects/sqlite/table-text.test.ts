import { describe, expect, it } from "vitest";
import {
  mentions,
  mentionsInDoubleQuotes,
  parseTable,
  renderTable,
  usesInside,
  withNotNull,
} from "./table-text.ts";

const ODD = `CREATE TABLE "runs" (
  id INTEGER PRIMARY KEY AUTOINCREMENT, -- the key, with a comma
  [name of it] TEXT COLLATE NOCASE DEFAULT 'a, (b' NOT NULL,
  "say ""hi""" VARCHAR(24) CONSTRAINT given NOT NULL ON CONFLICT IGNORE,
  total INTEGER GENERATED ALWAYS AS (id + 1) VIRTUAL, /* , */
  "unique" TEXT,
  CONSTRAINT "u name" UNIQUE ("name of it", total),
  CHECK (length("unique") > 0 AND id NOT IN (1, 2)),
  FOREIGN KEY(id) REFERENCES "other table" (id) ON DELETE CASCADE
) STRICT`;

describe("the text of a table", () => {
  it("falls into columns and constraints, whatever is quoted, nested or commented", () => {
    const table = parseTable(ODD);
    expect(table.columns.map(({ name }) => name)).toEqual([
      "id",
      "name of it",
      'say "hi"',
      "total",
      "unique",
    ]);
    expect(
      table.constraints.map(({ name, kind, columns, table: other }) => ({ name, kind, columns, other })),
    ).toEqual([
      { name: "u name", kind: "unique", columns: ["name of it", "total"], other: null },
      { name: null, kind: "check", columns: [], other: null },
      { name: null, kind: "foreign-key", columns: ["id"], other: "other table" },
    ]);
    expect(table.options).toBe("STRICT");
  });

  it("is the same table when it is put together again", () => {
    const once = parseTable(renderTable('"runs"', parseTable(ODD)));
    expect(parseTable(renderTable('"runs"', once))).toEqual(once);
    expect(once.columns.map(({ name }) => name)).toEqual(parseTable(ODD).columns.map(({ name }) => name));
  });

  it("takes NOT NULL on and off, with its name and its conflict clause", () => {
    const [, , given] = parseTable(ODD).columns;
    if (given === undefined) throw new Error("the column is gone");
    const without = withNotNull(given, false);
    expect(without.text.trim()).toBe('"say ""hi""" VARCHAR(24)');
    expect(withNotNull(without, true).text.trim()).toMatch(/VARCHAR\(24\)\s+NOT NULL$/);
    expect(withNotNull(given, true)).toBe(given);
  });

  it("does not let a comment swallow what is added behind it", () => {
    const column = { name: "x", text: "x INTEGER -- why" };
    expect(withNotNull(column, true).text).toBe("x INTEGER -- why\n NOT NULL");
  });

  it("knows what an index or an expression uses", () => {
    expect(usesInside('CREATE INDEX text ON text (a, "Text")', "text")).toBe(true);
    expect(usesInside("CREATE INDEX text ON text (a)", "text")).toBe(false);
    expect(usesInside("key TEXT AS (other + 1)", "other")).toBe(true);
    expect(usesInside("x VARCHAR(24) PRIMARY KEY", "key")).toBe(false);
    expect(usesInside("x TEXT", "x")).toBe(false);
  });

  it("tells names from texts and comments", () => {
    expect(mentions("CREATE INDEX i ON t (lower(Deps_Filename))", "deps_filename")).toBe(true);
    expect(
      mentions("CREATE INDEX i ON t (a) WHERE b = 'deps_filename' -- deps_filename", "deps_filename"),
    ).toBe(false);
    expect(mentionsInDoubleQuotes('SELECT "deps_filename" FROM t', "deps_filename")).toBe(true);
    expect(mentionsInDoubleQuotes("SELECT deps_filename FROM t", "deps_filename")).toBe(false);
  });
});
