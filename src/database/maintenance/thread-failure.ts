import { CovalentError, type ErrorCode, type ErrorDetails } from "../../model/errors.ts";

/** An error on its way between threads, where a clone would lose its class and its code. */
export type Failure =
  | { readonly code: ErrorCode; readonly details: ErrorDetails; readonly cause: unknown }
  | { readonly error: unknown };

export function failureOf(error: unknown): Failure {
  if (!(error instanceof CovalentError)) return { error };
  return { code: error.code, details: error.details, cause: error.cause };
}

export function errorOf(failure: Failure): unknown {
  if ("error" in failure) return failure.error;
  return new CovalentError(failure.code, failure.details, { cause: failure.cause });
}
