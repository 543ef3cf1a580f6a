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

/** Values as old databases hold them: of wrong types, malformed, of any length, at the ends of what there is. */
const ODD = fc.oneof(
  fc.constantFrom(
    "''",
    "'a.pkl'",
    "'π \"q\" '",
    "'{not json'",
    "'2022-13-45'",
    "'1'",
    "'-0'",
    "'NaN'",
    "' 7 '",
  ),
  fc.constantFrom(
    "9223372036854775807",
    "-9223372036854775808",
    "9007199254740993",
    "0",
    "-1",
    "1e400",
    "-2.5",
    "0.1",
  ),
  fc.constantFrom("CAST(x'ff00fe' AS TEXT)", "CAST(x'610062' AS TEXT)", "zeroblob(70)", "x''"),
  fc.uint8Array({ maxLength: 6 }).map((bytes) => `x'${Buffer.from(bytes).toString("hex")}'`),
  fc
    .string({ unit: "binary", maxLength: 6 })
    .map((text) => `CAST(x'${Buffer.from(text).toString("hex")}' AS TEXT)`),
  fc.bigInt({ min: -(2n ** 63n) + 1n, max: 2n ** 63n - 1n }).map(String),
);
const ANY = fc.oneof({ weight: 1, arbitrary: fc.constant("NULL") }, { weight: 3, arbitrary: ODD });
/** Few, so that rows refer to one another: to parents that are there, to themselves, in circles, and to none. */
const ID = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 6 }).map(String) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "-5",
      "0",
      "4611686018427387904",
      "9223372036854775807",
      "-9223372036854775808",
    ),
  },
);
const REFERENCE = fc.oneof({ weight: 9, arbitrary: ID }, { weight: 1, arbitrary: ODD });

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
    return fc.oneof({ weight: 6, arbitrary: fc.constantFrom("'d1'", "'d2'", "'d3'", "'d4'", "'d5'") }, ODD);
  if (column.name === "electron_id" && table === "lattices") return fc.oneof(fc.constant("NULL"), REFERENCE);
  if (column.name === "key")
    return fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom("'output'", "'deps'", "'error'", "'result'") },
      ODD,
    );
  if (column.name.endsWith("_id") && column.type === "INTEGER") return REFERENCE;
  return column.notNull ? ODD : ANY;
}

/** The statements that fill a database at a revision with rows; many break what a later revision asks for. */
function contentsAt(revisions: number): fc.Arbitrary<string[]> {
  const schema = schemaAfter(HISTORY.slice(0, revisions));
  const tables = TABLES.flatMap((name) => schema.get(name) ?? []);
  const inserts = tables.map(({ name, columns }) => {
    const rest = columns.filter((column) => column.name !== "id");
    const rows = fc.uniqueArray(fc.tuple(ID, ...rest.map((one) => valueFor(name, one))), {
      maxLength: 5,
      selector: ([id]) => id,
    });
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
    // What fails is made smaller for as long as this, so that it can be read.
    {
      numRuns: 25,
      interruptAfterTimeLimit: 90_000,
      markInterruptAsFailure: false,
    },
  );
}, 120_000);
