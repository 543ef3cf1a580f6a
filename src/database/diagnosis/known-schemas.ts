import { HISTORY } from "../migration/history.ts";
import type { ColumnSpec, IndexSpec } from "../migration/operations.ts";
import { applyToSchema, EMPTY_SCHEMA, type Schema } from "../migration/schema.ts";

/**
 * The schema of every revision, and which revisions a database can lie between: everything a diagnosis compares with comes from
 * folding the history.
 */
export interface KnownSchema {
  readonly revision: string;
  readonly schema: Schema;
}

/** Described in the original's documentation, but in none of its releases: there the next revision follows the one before it. */
const NEVER_RELEASED = "9f1271ef662a";

/** Oldest first. */
export const KNOWN_SCHEMAS: readonly KnownSchema[] = HISTORY.map(({ id }, index) => ({
  revision: id,
  schema: HISTORY.slice(0, index + 1)
    .flatMap(({ upgrade }) => upgrade)
    .reduce(applyToSchema, EMPTY_SCHEMA),
}));

/** The schema at a revision of the history. */
export function schemaOf(revision: string): Schema {
  return KNOWN_SCHEMAS[position(revision)]?.schema ?? EMPTY_SCHEMA;
}

/** The revisions that a migration from this one can have been on its way to. */
export function nextRevisions(revision: string): readonly string[] {
  return neighbours(revision, 1);
}

/** The revisions that a downgrade from this one can have been on its way to. */
export function previousRevisions(revision: string): readonly string[] {
  return neighbours(revision, -1);
}

/** True when `later` comes after `earlier` in the history. */
export function isLater(later: string, earlier: string): boolean {
  return position(later) > position(earlier);
}

/** True for a column that the table gets after the revision. */
export function isLaterColumn(table: string, column: string, revision: string): boolean {
  const isThere = ({ schema }: KnownSchema) => columnIn(schema, table, column) !== undefined;
  const at = position(revision);
  return !KNOWN_SCHEMAS.slice(at, at + 1).some(isThere) && KNOWN_SCHEMAS.slice(at + 1).some(isThere);
}

/** A column as the newest revision that has it declares it. */
export function laterColumn(table: string, column: string): ColumnSpec | undefined {
  return KNOWN_SCHEMAS.map(({ schema }) => columnIn(schema, table, column)).findLast(
    (spec) => spec !== undefined,
  );
}

function columnIn(schema: Schema, table: string, column: string): ColumnSpec | undefined {
  return schema.get(table)?.columns.find(({ name }) => name === column);
}

function neighbours(revision: string, direction: 1 | -1): string[] {
  const at = position(revision);
  const [near, beyond] = [KNOWN_SCHEMAS[at + direction], KNOWN_SCHEMAS[at + 2 * direction]];
  if (near === undefined) return [];
  const skipped = near.revision === NEVER_RELEASED && beyond !== undefined ? [beyond.revision] : [];
  return [near.revision, ...skipped];
}

function position(revision: string): number {
  return KNOWN_SCHEMAS.findIndex((known) => known.revision === revision);
}

/** Every column that a table has at some revision; the tables' names are the keys. */
export const KNOWN_COLUMNS: ReadonlyMap<string, ReadonlySet<string>> = knownColumns();

function knownColumns(): Map<string, Set<string>> {
  const known = new Map<string, Set<string>>();
  for (const { schema } of KNOWN_SCHEMAS) {
    for (const table of schema.values()) {
      const columns = known.get(table.name) ?? new Set();
      for (const { name } of table.columns) columns.add(name);
      known.set(table.name, columns);
    }
  }
  return known;
}

/** Every index that the history makes, by name. */
export const KNOWN_INDEXES: ReadonlyMap<string, { readonly table: string; readonly index: IndexSpec }> =
  new Map(
    KNOWN_SCHEMAS.flatMap(({ schema }) =>
      [...schema.values()].flatMap((table) =>
        table.indexes.map((index) => [index.name, { table: table.name, index }] as const),
      ),
    ),
  );
