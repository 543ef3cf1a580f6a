import { isTerminal } from "../../model/status.ts";

/** What is said of a dispatch that the original left unfinished: its server is gone, and with it what ran. */
export const INTERRUPTED =
  "interrupted: the original Covalent left it unfinished, and it is never resumed; dispatch it again to have its result";

/** True for a dispatch of the original's (it has no language) that had not ended. */
export function isInterrupted(language: unknown, status: string): boolean {
  return language === null && !isTerminal(status) && status !== "POSTPROCESSING_FAILED";
}
