import { CovalentError, type ErrorCode, type ErrorDetails } from "../model/errors.ts";
import type { FailureKind } from "../model/failure.ts";

const kinds = new WeakMap<object, FailureKind>();

/**
 * The error for what keeps a lepton from being called, or its result from coming back. It is no error of the function, and not tried
 * again: the attempt fails as if the worker itself had met it.
 */
export function leptonFault(
  kind: FailureKind,
  code: ErrorCode,
  details: ErrorDetails,
  options?: ErrorOptions,
): CovalentError {
  const error = new CovalentError(code, details, options);
  kinds.set(error, kind);
  return error;
}

/** The kind of failure that an error counts as; `undefined` for any that {@link leptonFault} did not make. */
export function faultKind(error: unknown): FailureKind | undefined {
  return typeof error === "object" && error !== null ? kinds.get(error) : undefined;
}
