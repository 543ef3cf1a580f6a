import { createIndex } from "../dialects/sqlite/ddl.ts";
import { quote } from "../dialects/sqlite/names.ts";
import type { ColumnSpec, IndexSpec } from "../migration/operations.ts";
import type { Schema, SchemaTable } from "../migration/schema.ts";
import {
  type ActualColumn,
  type ActualIndex,
  type ActualSchema,
  type ActualTable,
  foreignKeyText,
} from "./actual-schema.ts";
import { note, type Remedy, remedy } from "./finding.ts";
import { isLaterColumn, KNOWN_COLUMNS, KNOWN_INDEXES, schemaOf } from "./known-schemas.ts";

/** One way in which a table is not as its revision has it. */
export interface Difference {
  readonly table: string;
  /** `order`: of columns, which says nothing of what they hold. */
  readonly kind: "missing" | "other-revision" | "index" | "drift" | "order";
  readonly what: string;
}

/**
 * How the tables that a revision has differ from it in what does not stop a migration: older builds of the original made columns
 * NOT NULL and put foreign keys elsewhere, and `create_all` and downgrades order columns differently.
 */
export function differences(actual: ActualSchema, schema: Schema): Difference[] {
  return [...schema.values()].flatMap((expected): Difference[] => {
    const table = actual.tables.get(expected.name);
    const as = (kind: Difference["kind"], whats: readonly string[]) =>
      whats.map((what) => ({ table: expected.name, kind, what }));
    if (table === undefined) return as("missing", [`table ${expected.name} is missing`]);
    return [
      ...as("missing", missingColumns(expected, table)),
      ...as("other-revision", columnsOfOthers(expected, table)),
      ...as("drift", [...columnDifferences(expected, table), ...keyDifferences(expected, table)]),
      ...as("order", orderDifference(expected, table)),
      ...as("index", indexDifferences(expected, table)),
    ];
  });
}

/** The differences that nothing is done about as notes; a missing index is made again. */
export function drift(actual: ActualSchema, revision: string): Remedy[] {
  const schema = schemaOf(revision);
  const present: Schema = new Map([...schema].filter(([name]) => actual.tables.has(name)));
  const notes = differences(actual, present)
    .filter(({ kind }) => kind === "drift" || kind === "order")
    .map(({ table, what }) => note("DRIFT", what, "nothing has to be done: no value is affected", { table }));
  return [
    ...notes,
    ...earlierColumns(actual, revision),
    ...missingIndexes(actual, present),
    ...strayIndexes(actual, schema),
  ];
}

/** Columns that a revision before this one dropped, and that are still there. */
function earlierColumns(actual: ActualSchema, revision: string): Remedy[] {
  return [...schemaOf(revision).values()].flatMap((expected) => {
    const table = actual.tables.get(expected.name);
    if (table === undefined) return [];
    return namesOfOthers(expected, table)
      .filter((name) => !isLaterColumn(expected.name, name, revision))
      .map((name) =>
        note(
          "EARLIER_COLUMN",
          `column ${expected.name}.${name} of an earlier revision is still there`,
          "it stays",
          {
            table: expected.name,
          },
        ),
      );
  });
}

function missingColumns(expected: SchemaTable, { columns }: ActualTable): string[] {
  return expected.columns
    .filter(({ name }) => !columns.has(name))
    .map(({ name }) => `column ${expected.name}.${name} is missing`);
}

function namesOfOthers(expected: SchemaTable, { columns }: ActualTable): string[] {
  const known = KNOWN_COLUMNS.get(expected.name);
  return [...columns.keys()].filter(
    (name) => known?.has(name) && !expected.columns.some((column) => column.name === name),
  );
}

function columnsOfOthers(expected: SchemaTable, table: ActualTable): string[] {
  return namesOfOthers(expected, table).map(
    (name) => `column ${expected.name}.${name} is of another revision`,
  );
}

function columnDifferences(expected: SchemaTable, { columns }: ActualTable): string[] {
  return expected.columns.flatMap((spec) => {
    const column = columns.get(spec.name);
    return column === undefined ? [] : columnDifference(`${expected.name}.${spec.name}`, spec, column);
  });
}

function orderDifference(expected: SchemaTable, { columns }: ActualTable): string[] {
  const names = expected.columns.map(({ name }) => name);
  const order = [...columns.keys()].filter((name) => names.includes(name));
  const isReordered = order.length === names.length && order.some((name, index) => name !== names[index]);
  return isReordered ? [`the columns of ${expected.name} are in another order`] : [];
}

function columnDifference(name: string, spec: ColumnSpec, column: ActualColumn): string[] {
  const required = spec.notNull === true;
  return [
    ...(spec.type.toLowerCase() === column.type.toLowerCase()
      ? []
      : [`column ${name} is ${column.type || "of no type"} instead of ${spec.type}`]),
    ...(required === column.notNull || column.primaryKey
      ? []
      : [`column ${name} is ${required ? "not NOT NULL" : "NOT NULL"}, unlike in its revision`]),
    ...(bare(spec.default ?? null) === bare(column.default)
      ? []
      : [`column ${name} has the default ${column.default ?? "NULL"} instead of ${spec.default ?? "NULL"}`]),
  ];
}

/** `(CURRENT_TIMESTAMP)` and `'0'` are what `CURRENT_TIMESTAMP` and `0` are. */
function bare(expression: string | null): string {
  const inner = /^\((.*)\)$/s.exec(expression ?? "NULL")?.[1] ?? expression ?? "NULL";
  return (/^'(\d+)'$/.exec(inner)?.[1] ?? inner).toLowerCase();
}

function keyDifferences(expected: SchemaTable, table: ActualTable): string[] {
  const uniques = expected.constraints.filter((constraint) => constraint.kind === "unique");
  const missing = uniques.filter(
    ({ columns }) => !table.indexes.some((index) => index.unique && isOn(index, columns)),
  );
  const wanted = new Set(
    expected.constraints.flatMap((constraint) =>
      constraint.kind === "foreign-key"
        ? [foreignKeyText(constraint.columns, constraint.table, constraint.references)]
        : [],
    ),
  );
  const found = new Set(table.foreignKeys);
  return [
    ...missing.map(
      ({ columns, name }) =>
        `${expected.name} has lost the constraint ${name}: UNIQUE (${columns.join(", ")})`,
    ),
    ...[...wanted.difference(found)].map((key) => `${expected.name} has no foreign key ${key}`),
    ...[...found.difference(wanted)].map(
      (key) => `${expected.name} has a foreign key ${key} that its revision does not have`,
    ),
  ];
}

function indexDifferences(expected: SchemaTable, table: ActualTable): string[] {
  return expected.indexes.flatMap((spec) => {
    const index = table.indexes.find(({ name }) => name.toLowerCase() === spec.name);
    if (index === undefined) return [`index ${spec.name} of ${expected.name} is missing`];
    return isSame(index, spec)
      ? []
      : [`index ${spec.name} is on ${expected.name}(${index.columns.join(", ")})`];
  });
}

function missingIndexes(actual: ActualSchema, schema: Schema): Remedy[] {
  return [...schema.values()].flatMap((expected) =>
    expected.indexes.flatMap((index) => {
      const columns = actual.tables.get(expected.name)?.columns;
      if (indexNamed(actual, index.name) !== undefined || !index.columns.every((name) => columns?.has(name)))
        return [];
      return [
        remedy(
          {
            code: "INDEX_MISSING",
            severity: "heal",
            what: `index ${index.name} of ${expected.name} is missing`,
            action: "it is made again",
          },
          "index",
          createIndex(expected.name, index),
        ),
      ];
    }),
  );
}

/** Indexes with the name of one that the history makes, where the revision does not have it. */
function strayIndexes(actual: ActualSchema, schema: Schema): Remedy[] {
  return [...KNOWN_INDEXES].flatMap(([name, { table, index }]) => {
    const found = indexNamed(actual, name);
    const expected = schema.get(found?.table ?? "")?.indexes.some((spec) => spec.name === name);
    // With a table that a migration left behind it goes away, too.
    if (found === undefined || expected || !schema.has(found.table)) return [];
    if (found.table === table && isSame(found.index, index)) {
      return [
        remedy(
          {
            code: "HALF_MIGRATED",
            severity: "heal",
            what: `index ${name} is of a later revision`,
            action: "it is dropped, and made by the migration",
          },
          "drop",
          `DROP INDEX ${quote(name)}`,
        ),
      ];
    }
    return [
      remedy({
        code: "INDEX_IN_THE_WAY",
        severity: "refuse",
        what: `your index ${name} on ${found.table}(${found.index.columns.map((column) => column ?? "an expression").join(", ")}) has the name of one that the migration makes`,
        action: `give it another name: make it again under that, and then DROP INDEX ${quote(name)}`,
      }),
    ];
  });
}

function indexNamed(actual: ActualSchema, name: string): { table: string; index: ActualIndex } | undefined {
  for (const [table, { indexes }] of actual.tables) {
    const index = indexes.find((candidate) => candidate.name.toLowerCase() === name);
    if (index !== undefined) return { table, index };
  }
  return undefined;
}

function isSame(index: ActualIndex, spec: IndexSpec): boolean {
  // What SQLite tells of an expression is that it is one.
  const columns = spec.expressions?.map(() => null) ?? spec.columns;
  return !index.unique && index.partial === (spec.where !== undefined) && isOn(index, columns);
}

function isOn(index: ActualIndex, columns: readonly (string | null)[]): boolean {
  return index.columns.length === columns.length && index.columns.every((name, at) => name === columns[at]);
}
