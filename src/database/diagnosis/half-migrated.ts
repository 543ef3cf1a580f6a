import { columnDefinition, createIndex, createTable, isNumber } from "../dialects/sqlite/ddl.ts";
import { quote } from "../dialects/sqlite/names.ts";
import type { ColumnSpec } from "../migration/operations.ts";
import type { Schema, SchemaTable } from "../migration/schema.ts";
import type { ActualSchema, ActualTable } from "./actual-schema.ts";
import { counted, type Finding, type Remedy, remedy } from "./finding.ts";
import {
  isLaterColumn,
  KNOWN_COLUMNS,
  KNOWN_SCHEMAS,
  laterColumn,
  nextRevisions,
  previousRevisions,
  schemaOf,
} from "./known-schemas.ts";
import { keepTable, keptName } from "./left-over-tables.ts";
import { count, exists, type Reader } from "./sql.ts";

/**
 * What a migration that stopped half-way has left, and how the database gets back to a revision.
 *
 * The original commits each statement of a step up to the first that moves data: new tables, columns added or dropped one by one,
 * indexes. What was added and holds nothing is taken away; what was dropped is added again, empty: its values went with the
 * statement that dropped it.
 */
export function remediesToReach(reader: Reader, actual: ActualSchema, revision: string): Remedy[] {
  const place: Place = { reader, actual, revision, schema: schemaOf(revision), near: neighboursOf(revision) };
  return [...KNOWN_COLUMNS.keys()].flatMap((name) => {
    const expected = place.schema.get(name);
    const table = actual.tables.get(name);
    if (expected === undefined) return table === undefined ? [] : unexpectedTable(place, name, table);
    if (table === undefined) return [missingTable(place, expected)];
    return [...missingColumns(place, expected, table), ...unexpectedColumns(place, expected, table)];
  });
}

interface Place {
  readonly reader: Reader;
  readonly actual: ActualSchema;
  readonly revision: string;
  readonly schema: Schema;
  /** The schemas that a step from or to the revision leads to. */
  readonly near: readonly Schema[];
}

function neighboursOf(revision: string): Schema[] {
  return [...previousRevisions(revision), ...nextRevisions(revision)].map(schemaOf);
}

function missingTable({ near, revision }: Place, expected: SchemaTable): Remedy {
  const { name } = expected;
  // A step creates or drops it; the original's downgrade drops it before it writes the revision.
  const isStep = near.some((schema) => !schema.has(name));
  return remedy(
    {
      code: isStep ? "HALF_MIGRATED" : "TABLE_MISSING",
      severity: isStep ? "heal" : "repair",
      what: `table ${name} of revision ${revision} is missing`,
      action: isStep
        ? "it is made again, empty"
        : `restore a backup (\`covalent db restore latest\`), or let \`covalent db repair --apply\` make it again, empty`,
    },
    "add",
    createTable(expected),
    ...expected.indexes.map((index) => createIndex(name, index)),
  );
}

function missingColumns(
  { reader, near, revision }: Place,
  expected: SchemaTable,
  table: ActualTable,
): Remedy[] {
  return expected.columns
    .filter(({ name }) => !table.columns.has(name))
    .map((column) => {
      const what = `column ${expected.name}.${column.name} of revision ${revision} is missing`;
      const hasDefault = isNumber(column.default);
      if (column.notNull && !hasDefault && exists(reader, `SELECT 1 FROM ${quote(table.name)}`)) {
        return remedy({
          code: "COLUMN_MISSING",
          severity: "refuse",
          what: `${what}, and nobody knows its values`,
          action: "restore a backup: `covalent db restore latest`",
        });
      }
      const isStep = near.some((schema) => !hasColumn(schema, expected.name, column.name));
      const empty = column.notNull && hasDefault ? `with its default, ${column.default}` : "without values";
      return remedy(
        {
          code: isStep ? "HALF_MIGRATED" : "COLUMN_MISSING",
          severity: isStep ? "heal" : "repair",
          what,
          action: isStep
            ? `it is added again, ${empty}`
            : `restore a backup (\`covalent db restore latest\`), or let \`covalent db repair --apply\` add it ${empty}`,
        },
        "add",
        `ALTER TABLE ${quote(expected.name)} ADD COLUMN ${columnDefinition(column)}`,
      );
    });
}

function unexpectedTable({ reader, actual, revision }: Place, name: string, table: ActualTable): Remedy[] {
  if (!isOfHistory(name, table))
    return [
      inTheWay(name, `table ${name}`, "has other columns than the one that a later revision makes", table),
    ];
  const rows = count(reader, `SELECT count(*) FROM ${quote(table.name)}`);
  const isReferred = actual.triggers.some((trigger) => trigger.table === name);
  if (rows > 0)
    return [
      inTheWay(
        name,
        `table ${name}`,
        `is of a later revision than ${revision} and holds ${counted(rows, "row")}`,
        table,
      ),
    ];
  if (isReferred)
    return [
      inTheWay(name, `table ${name}`, `is of a later revision than ${revision} and has triggers`, table),
    ];
  return [
    remedy(
      {
        code: "HALF_MIGRATED",
        severity: "heal",
        what: `table ${name} is of a later revision than ${revision}, and empty: a migration stopped half-way`,
        action: "it is dropped, and made by the migration",
        details: { table: name },
      },
      "drop",
      `DROP TABLE ${quote(name)}`,
    ),
  ];
}

function inTheWay(name: string, subject: string, reason: string, table: ActualTable): Remedy {
  return remedy(
    {
      code: "TABLE_IN_THE_WAY",
      severity: "repair",
      what: `${subject} ${reason}`,
      action: `\`covalent db repair --apply\` keeps it as ${keptName(name)} and makes room for the one of the migration`,
      details: { table: table.name },
    },
    "drop",
    keepTable(name),
  );
}

/** Columns that a later revision adds. Those of earlier revisions are in nobody's way. */
function unexpectedColumns({ reader, revision }: Place, expected: SchemaTable, table: ActualTable): Remedy[] {
  const later = [...table.columns.keys()].filter((name) => isLaterColumn(expected.name, name, revision));
  const taken = later.filter((name) => isTaken(reader, expected.name, table, name));
  const empty = later.filter((name) => !taken.includes(name));
  const dropped = empty.map((name) => `ALTER TABLE ${quote(expected.name)} DROP COLUMN ${quote(name)}`);
  const finding: Finding = {
    code: "HALF_MIGRATED",
    severity: "heal",
    what: `${expected.name} has ${counted(empty.length, "column")} of a later revision than ${revision}, without values: a migration stopped half-way (${empty.join(", ")})`,
    action: "they are dropped, and added by the migration",
    details: { table: expected.name, columns: empty },
  };
  const halfWay = empty.length > 0 ? [remedy(finding, "drop", ...dropped)] : [];
  return [...halfWay, ...taken.map((name) => columnInTheWay(expected.name, name, revision))];
}

/** True when a column cannot just be dropped. */
function isTaken(reader: Reader, name: string, table: ActualTable, column: string): boolean {
  const isBound =
    table.indexes.some(({ columns }) => columns.includes(column)) ||
    table.foreignKeys.some((key) => key.startsWith(`${column} `));
  return isBound || holdsValues(reader, table, column, laterColumn(name, column));
}

function columnInTheWay(table: string, column: string, revision: string): Remedy {
  return remedy(
    {
      code: "COLUMN_IN_THE_WAY",
      severity: "repair",
      what: `column ${table}.${column} is of a later revision than ${revision}, and in use`,
      action: `\`covalent db repair --apply\` keeps it as ${keptName(column)} and makes room for the one of the migration`,
      details: { table, column },
    },
    "drop",
    `ALTER TABLE ${quote(table)} RENAME COLUMN ${quote(column)} TO ${quote(keptName(column))}`,
  );
}

function holdsValues(
  reader: Reader,
  table: ActualTable,
  column: string,
  spec: ColumnSpec | undefined,
): boolean {
  const nothing = isNumber(spec?.default) ? spec?.default : "NULL";
  return exists(
    reader,
    `SELECT 1 FROM ${quote(table.name)} WHERE ${quote(column)} IS NOT NULL AND ${quote(column)} IS NOT ${nothing}`,
  );
}

/** True when the columns are those of the table at some revision: then it is the history's own. */
function isOfHistory(name: string, table: ActualTable): boolean {
  const names = new Set(table.columns.keys());
  return KNOWN_SCHEMAS.some(({ schema }) => {
    const columns = schema.get(name)?.columns ?? [];
    return columns.length === names.size && columns.every((column) => names.has(column.name));
  });
}

function hasColumn(schema: Schema, table: string, column: string): boolean {
  return schema.get(table)?.columns.some(({ name }) => name === column) ?? false;
}
