import type { AddedColumn, AlterTable, ConstraintSpec } from "../../migration/operations.ts";
import type { SchemaTable } from "../../migration/schema.ts";
import { columnDefinition, constraintDefinition, isNumber } from "./ddl.ts";
import { includesName, sameName } from "./names.ts";
import { type RealTable, realColumn } from "./real-table.ts";
import { type ConstraintText, type TableText, withNotNull } from "./table-text.ts";

/**
 * What an alteration still has to do to a table as it is in the file. A column that is there already, or a constraint that is
 * gone already, needs nothing: a step that was begun by someone else is completed.
 */
export interface TableChange {
  readonly dropColumns: readonly string[];
  readonly alterColumns: readonly { readonly name: string; readonly notNull: boolean }[];
  readonly addColumns: readonly AddedColumn[];
  readonly dropConstraints: readonly ConstraintText[];
  readonly addConstraints: readonly ConstraintSpec[];
}

/** A change of which it is enough to know what kind of constraints go. */
type ShapeOfChange = Omit<TableChange, "dropConstraints"> & {
  readonly dropConstraints: readonly Pick<ConstraintText, "kind">[];
};

/** `expected` is the table as the history says it is before the alteration. */
export function remainingChange(table: RealTable, expected: SchemaTable, change: AlterTable): TableChange {
  // One that goes and comes again unchanged stays.
  const dropConstraints = (change.dropConstraints ?? [])
    .flatMap((name) => findConstraint(table, expected, name) ?? [])
    .filter((one) => !change.addConstraints?.some((wanted) => isSameConstraint(one, wanted)));
  return {
    dropColumns: (change.dropColumns ?? []).flatMap((name) => realColumn(table, name)?.name ?? []),
    alterColumns: (change.alterColumns ?? []).filter(({ name, notNull }) => {
      const column = realColumn(table, name);
      return column !== undefined && column.notNull !== notNull;
    }),
    addColumns: (change.addColumns ?? []).filter(({ name, notNull }) => {
      const column = realColumn(table, name);
      return column === undefined || (notNull === true && !column.notNull);
    }),
    dropConstraints,
    addConstraints: (change.addConstraints ?? []).filter(
      (wanted) =>
        !table.text.constraints.some(
          (one) => !dropConstraints.includes(one) && isSameConstraint(one, wanted),
        ),
    ),
  };
}

export function isNothing(change: TableChange): boolean {
  return Object.values(change).every((part) => part.length === 0);
}

/** True when SQLite's own ADD COLUMN and DROP COLUMN are enough, and go over the rows at most as often as a rebuild would. */
export function isNative(change: ShapeOfChange): boolean {
  if (change.dropConstraints.length + change.addConstraints.length + change.alterColumns.length > 0)
    return false;
  const fills = change.addColumns.filter(({ fill }) => fill !== undefined).length;
  if (change.dropColumns.length + fills > PASSES_OF_A_REBUILD) return false;
  return change.addColumns.every(({ notNull, default: expression }) => !notNull || isNumber(expression));
}

/** True when foreign keys are all that changes: no row and no index depends on them. */
export function isForeignKeysOnly({
  dropColumns,
  alterColumns,
  addColumns,
  ...constraints
}: ShapeOfChange): boolean {
  if (dropColumns.length + alterColumns.length + addColumns.length > 0) return false;
  return [...constraints.dropConstraints, ...constraints.addConstraints].every(
    ({ kind }) => kind === "foreign-key",
  );
}

/** True when the alteration makes the table anew, unless the table has it already. */
export function mayRebuild(expected: SchemaTable, asked: AlterTable): boolean {
  const { dropColumns = [], alterColumns = [], addColumns = [], addConstraints = [] } = asked;
  const dropConstraints = expected.constraints.filter(
    ({ name }) => name !== undefined && asked.dropConstraints?.includes(name),
  );
  const change = { dropColumns, alterColumns, addColumns, dropConstraints, addConstraints };
  return !isForeignKeysOnly(change) && !isNative(change);
}

const PASSES_OF_A_REBUILD = 1;

/** The table's text after the change. */
export function changedText(text: TableText, change: TableChange): TableText {
  const kept = text.columns
    .filter(({ name }) => !includesName(change.dropColumns, name))
    .map((column) => {
      const altered = change.alterColumns.find(({ name }) => sameName(name, column.name));
      const required = change.addColumns.some(({ name }) => sameName(name, column.name));
      return altered === undefined && !required ? column : withNotNull(column, altered?.notNull ?? true);
    });
  const added = change.addColumns.filter(({ name }) => !kept.some((column) => sameName(column.name, name)));
  return {
    columns: [...kept, ...added.map((column) => ({ name: column.name, text: columnDefinition(column) }))],
    constraints: [
      ...text.constraints.filter((constraint) => !change.dropConstraints.includes(constraint)),
      ...change.addConstraints.map((constraint) => constraintText(constraint)),
    ],
    options: text.options,
  };
}

/** By its name, or, where another program named it otherwise, the one that does the same and that the history does not know. */
function findConstraint(table: RealTable, expected: SchemaTable, name: string): ConstraintText | undefined {
  const { constraints } = table.text;
  const byName = constraints.find((one) => one.name !== null && sameName(one.name, name));
  const wanted = expected.constraints.find((one) => one.name === name);
  if (byName !== undefined || wanted === undefined) return byName;
  const known = expected.constraints.flatMap((one) => one.name ?? []);
  return constraints.find(
    (one) => doesTheSame(one, wanted) && (one.name === null || !includesName(known, one.name)),
  );
}

/** A foreign key of the same name is the same; a key of another name that does the same is as good. */
function isSameConstraint(one: ConstraintText, wanted: ConstraintSpec): boolean {
  if (!doesTheSame(one, wanted)) return false;
  if (wanted.kind !== "foreign-key") return true;
  return one.name !== null && wanted.name !== undefined && sameName(one.name, wanted.name);
}

function doesTheSame(one: ConstraintText, wanted: ConstraintSpec): boolean {
  if (one.kind !== wanted.kind) return false;
  if (wanted.kind === "check") return one.name !== null && sameName(one.name, wanted.name);
  const sameColumns =
    one.columns.length === wanted.columns.length &&
    one.columns.every((name, index) => sameName(name, wanted.columns[index] ?? ""));
  return sameColumns && (wanted.kind !== "foreign-key" || sameName(one.table ?? "", wanted.table));
}

function constraintText(constraint: ConstraintSpec): ConstraintText {
  return {
    name: constraint.name ?? null,
    kind: constraint.kind,
    columns: constraint.kind === "check" ? [] : constraint.columns,
    table: constraint.kind === "foreign-key" ? constraint.table : null,
    text: constraintDefinition(constraint),
  };
}
