/**
 * An error as plain JSON, for reports between processes: the text of what happened, never the objects it holds. To keep an
 * error as a value, with everything in it, serialise it.
 */
export interface ErrorData {
  /** The class's name where the error has none of its own: `TypeError`, `HttpError`. */
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: ErrorData;
  /** Those of an AggregateError, the first 20. */
  readonly errors?: readonly ErrorData[];
  /** Own fields: primitives as they are, everything else described. */
  readonly fields?: Readonly<Record<string, string | number | boolean | null>>;
}
