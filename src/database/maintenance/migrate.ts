import { resolve } from "node:path";
import { CovalentError } from "../../model/errors.ts";
import type { ViolationPolicy } from "../migration/violations.ts";
import { BACKUPS_KEPT } from "./backup-files.ts";
import type { MigrationRequest } from "./migration-request.ts";
import type { WorkOptions } from "./observer.ts";
import type { MigrationOutcome } from "./outcome.ts";
import { inThread } from "./thread.ts";

/**
 * Migrations of a database that somebody's work is in: it looks first, rehearses the whole plan on a copy, backs up, and only then
 * acts, each revision in a transaction. Whatever happens, the file is at a revision and nothing in it is lost: killed at any
 * instant, `covalent db migrate` goes on where it stopped; refused, the file is what it was, byte for byte.
 *
 * The engine (`migration/`) knows how to change a schema, the diagnosis (`diagnosis/`) what a file is; this folder knows in which
 * order to do what, so that it is safe.
 */
export interface MigrateOptions extends WorkOptions {
  /** A revision, as a person writes it; head unless told. */
  readonly to?: string;
  /** Look and say what would be done: the file is not touched. */
  readonly planOnly?: boolean;
  /** Look and do it on a copy: the file is not touched. */
  readonly dryRun?: boolean;
  /** False: without a backup. Deleting rows makes one all the same. */
  readonly backup?: boolean;
  readonly onViolation?: ViolationPolicy;
  /**
   * What `onViolation` says, `quarantine` or `delete`, holds for rows whose foreign key names nothing, too. Without it they stay: they
   * stop nothing.
   */
  readonly orphans?: boolean;
  /**
   * The directory of the asset store (`dispatcher.results_dir`). A downgrade to a revision of the original writes payloads that lie
   * in the database there, as files; without it they are among what is lost.
   */
  readonly store?: string;
}

/**
 * Brings a database to head, or to another later revision.
 *
 * @throws {CovalentError} `DATABASE_REFUSED`, `DATABASE_IN_USE`, `DATABASE_BUSY`, `DATABASE_CHANGED`, `DATABASE_READ_ONLY`,
 * `DATABASE_UNUSABLE`, `DATABASE_DISK_FULL`, `MIGRATION_VIOLATIONS`, `USAGE`: the file was not touched. `MIGRATION_FAILED`,
 * `MIGRATION_INTERRUPTED`: it says how far it came.
 * @example
 * const outcome = await migrateDatabase({ path: "/home/me/dispatcher_db.sqlite", report: NOBODY });
 * outcome.performed; // "migrated"
 * outcome.backup; // "/home/me/backups/dispatcher_db-20261123T120000Z-7b40a55c0752.sqlite"
 */
export function migrateDatabase(options: MigrateOptions): Promise<MigrationOutcome> {
  return inThread("migrate", requestOf(options, "upgrade", options.to ?? "head"), options);
}

/**
 * Takes a database back to an earlier revision; asks first when something is lost by it.
 *
 * @throws {CovalentError} as {@link migrateDatabase}; `NOT_CONFIRMED`
 */
export function downgradeDatabase(
  options: MigrateOptions & { readonly to: string },
): Promise<MigrationOutcome> {
  return inThread("migrate", requestOf(options, "downgrade", options.to), options);
}

function requestOf(
  options: MigrateOptions,
  direction: MigrationRequest["direction"],
  to: string,
): MigrationRequest {
  const { path, planOnly = false, dryRun = false, backup = true, onViolation = "refuse" } = options;
  const { orphans = false, backupsKept = BACKUPS_KEPT, store, commandOptions = "" } = options;
  if (orphans && onViolation === "refuse") {
    throw new CovalentError("USAGE", {
      reason: "--orphans says for which rows --on-violation holds, and that is not given",
      advice: "Add --on-violation=quarantine to keep them aside, or --on-violation=delete.",
    });
  }
  return {
    path: resolve(path),
    direction,
    to,
    planOnly,
    dryRun,
    backup,
    backupsKept,
    onViolation,
    orphans,
    store: store === undefined ? null : resolve(store),
    commandOptions,
  };
}
