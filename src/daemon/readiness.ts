import { CovalentError, type ErrorCode, type ErrorDetails } from "../model/errors.ts";

/** What the server process tells the one that started it, once. */
export type Readiness =
  | { readonly kind: "ready" }
  | { readonly kind: "refused"; readonly code: ErrorCode; readonly details: ErrorDetails };

/** Why it could not start, as a message between processes. */
export function refusal(error: unknown): Readiness {
  if (error instanceof CovalentError) return { kind: "refused", code: error.code, details: error.details };
  const reason = error instanceof Error ? error.message : String(error);
  const details = { reason, advice: "`covalent logs` has the details." };
  return { kind: "refused", code: "SERVER_START_FAILED", details };
}
