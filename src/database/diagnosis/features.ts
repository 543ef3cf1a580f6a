import { HISTORY } from "../migration/history.ts";
import type { Schema } from "../migration/schema.ts";
import type { ActualSchema, ActualTable } from "./actual-schema.ts";
import { KNOWN_COLUMNS, KNOWN_SCHEMAS } from "./known-schemas.ts";

/**
 * By what a revision is recognised: its tables, their columns, UNIQUE constraints, and NOT NULL where the history ever changes it.
 *
 * What differs between builds of one revision (types, defaults, foreign keys, the order of columns) and what users add is no
 * feature: that is drift, and identifies nothing.
 */
export type Features = ReadonlySet<string>;

const ALTERED = new Set(
  HISTORY.flatMap(({ upgrade }) => upgrade).flatMap((operation) =>
    operation.kind === "alter-table"
      ? (operation.alterColumns ?? []).map(({ name }) => `${operation.table}.${name}`)
      : [],
  ),
);

/** The features of a schema of the history. */
export function featuresOf(schema: Schema): Features {
  const features = new Set<string>();
  for (const table of schema.values()) {
    features.add(tableFeature(table.name));
    for (const column of table.columns) {
      features.add(columnFeature(table.name, column.name));
      if (column.notNull && ALTERED.has(`${table.name}.${column.name}`))
        features.add(requiredFeature(table.name, column.name));
    }
    for (const constraint of table.constraints) {
      if (constraint.kind === "unique") features.add(uniqueFeature(table.name, constraint.columns));
    }
  }
  return features;
}

const UNIVERSE: Features = new Set(KNOWN_SCHEMAS.flatMap(({ schema }) => [...featuresOf(schema)]));

/** The features of a database, as far as the history knows them. */
export function actualFeatures(actual: ActualSchema): Features {
  const features = [...KNOWN_COLUMNS.keys()].flatMap((name) => {
    const table = actual.tables.get(name);
    return table === undefined ? [] : tableFeatures(name, table);
  });
  return new Set(features.filter((feature) => UNIVERSE.has(feature)));
}

function tableFeatures(name: string, table: ActualTable): string[] {
  return [
    tableFeature(name),
    ...[...table.columns].flatMap(([column, { notNull }]) => [
      columnFeature(name, column),
      ...(notNull && ALTERED.has(`${name}.${column}`) ? [requiredFeature(name, column)] : []),
    ]),
    ...table.indexes
      .filter(({ unique, partial, origin }) => unique && !partial && origin !== "pk")
      .map(({ columns }) => uniqueFeature(name, columns)),
  ];
}

/** The revisions whose features are exactly these, oldest first. */
export function revisionsWith(features: Features): string[] {
  return KNOWN_SCHEMAS.filter(({ schema }) => isEqual(featuresOf(schema), features)).map(
    ({ revision }) => revision,
  );
}

/** The revision that differs in the fewest features. */
export function nearestRevision(features: Features): string {
  const distances = KNOWN_SCHEMAS.map(({ revision, schema }) => ({
    revision,
    distance: featuresOf(schema).symmetricDifference(features).size,
  }));
  return distances.reduce((best, next) => (next.distance < best.distance ? next : best)).revision;
}

/** The constraints among the features: what SQLite cannot take off or put on without making the table anew. */
export function constraintsOf(features: Features): string[] {
  return [...features].filter((feature) => !/^(table|column) /.test(feature));
}

function isEqual(one: Features, other: Features): boolean {
  return one.size === other.size && one.isSubsetOf(other);
}

function tableFeature(table: string): string {
  return `table ${table}`;
}

function columnFeature(table: string, column: string): string {
  return `column ${table}.${column}`;
}

function requiredFeature(table: string, column: string): string {
  return `NOT NULL ${table}.${column}`;
}

function uniqueFeature(table: string, columns: readonly (string | null)[]): string {
  return `UNIQUE ${table}(${columns.join(", ")})`;
}
