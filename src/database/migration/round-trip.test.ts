import fc from "fast-check";
import { expect, it } from "vitest";
import { openForMigration } from "../dialects/sqlite/connection.ts";
import { quote } from "../dialects/sqlite/names.ts";
import { HEAD, HISTORY } from "./history.ts";
import { expectKept, valuesOf } from "./kept-values.test-support.ts";
import { migrateTo } from "./migrate.test-support.ts";
import type { ColumnSpec } from "./operations.ts";
import { planMigration } from "./plan.ts";
import { schemaAfter } from "./schema.ts";
import { findViolations } from "./violations.ts";

const ORIGINALS_HEAD = "7e9fb153ecfb";

/** Values as old databases hold them: of wrong types, malformed, of any length. */
const TEXT = fc.constantFrom(
  "NULL",
  "'a.pkl'",
  "''",
  "'π \"q\" '",
  "x'fffe00'",
  "'{not json'",
  "7",
  "'2022-13-45'",
);
const ID = fc.integer({ min: 1, max: 6 }).map(String);
const FLAG = fc.constantFrom("0", "1");

/** The tables that hold a user's runs, parents first. */
const TABLES = [
  "lattices",
  "jobs",
  "electrons",
  "electron_dependency",
  "assets",
  "lattice_assets",
  "electron_assets",
];

function valueFor(table: string, column: ColumnSpec): fc.Arbitrary<string> {
  if (column.name === "dispatch_id")
    return fc.constantFrom("'d1'", "'d2'", "'d3'", "'d4'", "'d5'", "'d6'", "'d7'");
  if (column.name === "electron_id" && table === "lattices") return fc.oneof(fc.constant("NULL"), ID);
  if (column.name === "key") return fc.constantFrom("'output'", "'deps'", "'error'", "'result'");
  if (column.type === "BOOLEAN") return FLAG;
  if (column.type === "INTEGER") return column.notNull ? ID : fc.oneof(fc.constant("NULL"), ID);
  return column.notNull ? TEXT.map((value) => (value === "NULL" ? "'there'" : value)) : TEXT;
}

/** The statements that fill a database at a revision with rows; many break what a later revision asks for. */
function contentsAt(revisions: number): fc.Arbitrary<string[]> {
  const schema = schemaAfter(HISTORY.slice(0, revisions));
  const tables = TABLES.flatMap((name) => schema.get(name) ?? []);
  const inserts = tables.map(({ name, columns }) => {
    const rest = columns.filter((column) => column.name !== "id");
    const rows = fc.uniqueArray(
      fc.tuple(fc.integer({ min: 1, max: 6 }), ...rest.map((one) => valueFor(name, one))),
      {
        maxLength: 5,
        selector: ([id]) => id,
      },
    );
    const names = ["id", ...rest.map((column) => column.name)].map(quote).join(", ");
    // A database at a revision meets that revision's own constraints.
    return rows.map((values) =>
      values.map((row) => `INSERT OR IGNORE INTO ${name} (${names}) VALUES (${row.join(", ")})`),
    );
  });
  return fc.tuple(...inserts).map((all) => all.flat());
}

const DATABASES = fc
  .integer({ min: 1, max: HISTORY.findIndex(({ id }) => id === ORIGINALS_HEAD) + 1 })
  .chain((revisions) => contentsAt(revisions).map((statements) => ({ revisions, statements })));

it("brings any database of any revision to head, to the original's head, to head and back, keeping every value", () => {
  fc.assert(
    fc.property(DATABASES, ({ revisions, statements }) => {
      const connection = openForMigration(":memory:");
      try {
        const start = HISTORY[revisions - 1]?.id ?? null;
        migrateTo(connection, start);
        for (const sql of statements) connection.exec(sql);
        const before = valuesOf(connection);
        const blocking = findViolations(connection, planMigration({ revision: start, to: HEAD })).filter(
          (violation) => violation.blocking,
        );
        migrateTo(connection, HEAD, { onViolation: blocking.length > 0 ? "quarantine" : "refuse" });
        expectKept(before, connection);
        for (const to of [ORIGINALS_HEAD, HEAD, start]) {
          migrateTo(connection, to, { onViolation: to === "9f1271ef662a" ? "quarantine" : "refuse" });
          expectKept(before, connection);
        }
        expect(connection.prepare("PRAGMA integrity_check").get()).toMatchObject({ integrity_check: "ok" });
      } finally {
        connection.close();
      }
    }),
    // Shrinking takes minutes; the seed is enough.
    { numRuns: 25, endOnFailure: true },
  );
}, 120_000);
