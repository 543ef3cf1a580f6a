import type { ErrorData } from "./error-data.ts";

/**
 * Failures: what happened to an attempt, stored as data. (Errors, in errors.ts, are for those who asked wrongly.)
 */
export const FAILURE_KINDS = [
  /** The user's function threw. */
  "user-error",
  /** The attempt ran longer than its `timeout`. */
  "timeout",
  /** The worker, its host or the server died while the attempt ran; nobody knows how far it came. */
  "lost",
  /** An input could not be read, or a path into an input does not exist. */
  "input",
  /** The returned value cannot be serialised. */
  "output",
  /** The code could not be loaded: bundle or electron missing, or its module throws. */
  "code",
  /** The executor could not run it at all: unknown executor, no such interpreter, no permission. */
  "executor",
] as const;

export type FailureKind = (typeof FAILURE_KINDS)[number];

/** Some lines of a file, and a place in them. Lines and columns are counted from 1. */
export interface SourceExcerpt {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The line that `lines` begins with. */
  readonly first: number;
  readonly lines: readonly string[];
}

/** Why an attempt did not complete. */
export interface Failure {
  readonly kind: FailureKind;
  /** The error's class, e.g. `TypeError`. */
  readonly name: string;
  /** The classes that one extends, nearest first, without `Error`: `["HttpError"]`; absent when there are none. */
  readonly classes?: readonly string[];
  /** What happened, in a sentence. */
  readonly message: string;
  /** The stack, in terms of the user's own files. */
  readonly stack?: string;
  /** The lines around the first place of the stack that is the user's own, as they were when the code was bundled. */
  readonly source?: SourceExcerpt;
  /** What was thrown, with its cause and own fields (`code`, `status`, ...): for those who make an error of it again. */
  readonly data?: ErrorData;
  /** What the electron's own `retryOn` said of it, where it is a function; absent otherwise. */
  readonly retryable?: boolean;
  /** For `lost`: what the process ended with. */
  readonly exitCode?: number | null;
  readonly signal?: string | null;
}
