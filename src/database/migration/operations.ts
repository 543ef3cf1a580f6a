/**
 * What a revision may do to a schema, as data: a small set of operations that any dialect can carry out.
 *
 * Because a revision is data and not a program, the engine can say beforehand what a plan will do, fold the history into the
 * schema of any revision (`schema.ts`), print its SQL, and rehearse it. A dialect turns an operation into statements (for SQLite
 * `dialects/sqlite/ddl.ts`, which rebuilds a table where SQLite cannot alter it).
 */

export interface ColumnSpec {
  readonly name: string;
  /** In the original's words: `INTEGER`, `TEXT`, `VARCHAR(24)`, `BOOLEAN`, `DATETIME`; `BLOB` in our own tables. */
  readonly type: string;
  readonly notNull?: true;
  /** An SQL expression. */
  readonly default?: string;
  /** The key that the database hands out itself, ascending, and never again after a row is deleted. */
  readonly identity?: true;
}

export type ConstraintSpec =
  | { readonly kind: "primary-key"; readonly name?: string; readonly columns: readonly string[] }
  | { readonly kind: "unique"; readonly name: string; readonly columns: readonly string[] }
  | { readonly kind: "check"; readonly name: string; readonly expression: string }
  | {
      readonly kind: "foreign-key";
      readonly name?: string;
      readonly columns: readonly string[];
      readonly table: string;
      readonly references: readonly string[];
    };

export interface IndexSpec {
  readonly name: string;
  readonly columns: readonly string[];
  /** What is indexed of the columns, where that is not their values: SQL expressions. */
  readonly expressions?: readonly string[];
  /** An SQL condition: only the rows that meet it are in the index. */
  readonly where?: string;
}

export interface TableSpec {
  readonly name: string;
  readonly columns: readonly ColumnSpec[];
  readonly constraints: readonly ConstraintSpec[];
  /** The database checks types. Only for tables that the original does not have: its own hold values of wrong types. */
  readonly strict?: true;
}

/**
 * A column to add. `fill` is an SQL expression over the old row; without it old rows get the default or NULL. A value that was
 * carried for the column (see {@link AlterTable.dropColumns}) wins over both.
 */
export type AddedColumn = ColumnSpec & { readonly fill?: string };

/** Changes to one table. They take effect together: first the drops, then the alterations, then what is added (at the end). */
export interface AlterTable {
  readonly kind: "alter-table";
  readonly table: string;
  readonly dropConstraints?: readonly string[];
  /** What they hold is not lost: it is carried in `_covalent_carried` until a revision, or a downgrade, adds the column again. */
  readonly dropColumns?: readonly string[];
  /** For dropped columns: values equal to this SQL expression over the row need not be carried, they can be told again. */
  readonly derivable?: Readonly<Record<string, string>>;
  /** Dropped columns whose values have another place by then: they are not carried. */
  readonly moved?: readonly string[];
  /** Dropped columns whose values go for good. */
  readonly discard?: readonly string[];
  readonly alterColumns?: readonly { readonly name: string; readonly notNull: boolean }[];
  readonly addColumns?: readonly AddedColumn[];
  readonly addConstraints?: readonly ConstraintSpec[];
}

export type Operation =
  | { readonly kind: "create-table"; readonly table: TableSpec }
  | { readonly kind: "drop-table"; readonly table: string }
  | AlterTable
  | { readonly kind: "create-index"; readonly table: string; readonly index: IndexSpec }
  | { readonly kind: "drop-index"; readonly table: string; readonly index: string }
  /** A data step: one SQL statement that runs inside the database, so that no stored value passes through JavaScript. */
  | { readonly kind: "sql"; readonly sql: string }
  | RowsOperation;

/**
 * A data step that goes over a large table by ranges of ids, so that it can show how far it is and be interrupted. In the
 * statements `:from` and `:to` are the first and the last id of a range.
 */
export interface RowsOperation {
  readonly kind: "rows";
  readonly table: string;
  /** Numbers that are asked for once, before the first range. */
  readonly once?: Readonly<Record<string, string>>;
  /** Numbers that all statements of a range share as `:name`: SQL of one value each, asked before them. */
  readonly given?: Readonly<Record<string, string>>;
  readonly statements: readonly string[];
}

/** One version of the schema. Frozen once released: a database somewhere was made by exactly these operations. */
export interface Revision {
  readonly id: string;
  /** The revision before it; `null` for the first. */
  readonly parent: string | null;
  readonly message: string;
  /** False for the history that the original wrote. */
  readonly own: boolean;
  readonly upgrade: readonly Operation[];
  readonly downgrade: readonly Operation[];
}

/** A nullable column. */
export function column(name: string, type: string): ColumnSpec {
  return { name, type };
}

/** A column that is NOT NULL. */
export function required(name: string, type: string, defaultExpression?: string): ColumnSpec {
  return {
    name,
    type,
    notNull: true,
    ...(defaultExpression === undefined ? {} : { default: defaultExpression }),
  };
}

/** Nullable columns of one type. */
export function columns(type: string, ...names: readonly string[]): ColumnSpec[] {
  return names.map((name) => column(name, type));
}

export function primaryKey(...names: readonly string[]): ConstraintSpec {
  return { kind: "primary-key", columns: names };
}

/** A foreign key from one column to the `id` of another table. */
export function references(columnName: string, table: string, name?: string): ConstraintSpec {
  const constraint = { kind: "foreign-key", columns: [columnName], table, references: ["id"] } as const;
  return name === undefined ? constraint : { ...constraint, name };
}
