/** A row of the table of errors. */
export interface ErrorEntry {
  /** `{name}` is replaced by the detail of that name. */
  readonly message: string;
  readonly hint?: string;
  /** The HTTP status the server answers with. */
  readonly http: number;
}

/** A table of errors that keeps its codes as types. */
export const define = <const T extends Record<string, ErrorEntry>>(table: T): T => table;
