import { runBackup } from "./backup-run.ts";
import { runMigration } from "./migration-run.ts";
import { runReset } from "./reset-run.ts";
import { runRestore } from "./restore-run.ts";

/** What the thread can do: each takes a request and its surroundings. */
export const WORKS = {
  migrate: runMigration,
  backup: runBackup,
  restore: runRestore,
  reset: runReset,
} as const;

export type Works = typeof WORKS;
export type WorkName = keyof Works;
