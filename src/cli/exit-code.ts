import { CovalentError, type ErrorCode } from "../model/errors.ts";

/** What a command ends with: scripts rely on it. `interrupted` is what shells say of a program that Ctrl-C has ended. */
export const EXIT = { done: 0, failed: 1, usage: 2, unreachable: 3, interrupted: 130 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const USAGE: ReadonlySet<ErrorCode> = new Set([
  "USAGE",
  "INVALID_ARGUMENT",
  "INVALID_DURATION",
  "CONFIG_UNKNOWN_KEY",
  "LATTICE_NOT_FOUND",
  "FILE_NOT_FOUND",
  "DISPATCH_AMBIGUOUS",
  "REVISION_NOT_FOUND",
]);

/** The exit code for what a command threw. */
export function exitCodeOf(error: unknown): ExitCode {
  if (!(error instanceof CovalentError)) return EXIT.failed;
  if (USAGE.has(error.code)) return EXIT.usage;
  if (error.code === "MIGRATION_INTERRUPTED") return EXIT.interrupted;
  return error.code === "SERVER_UNREACHABLE" ? EXIT.unreachable : EXIT.failed;
}
