import type { ViolationPolicy } from "../migration/violations.ts";

/** What is asked of a migration, as it is handed to the thread. */
export interface MigrationRequest {
  readonly path: string;
  readonly direction: "upgrade" | "downgrade";
  /** As a person writes it: an id or its beginning, `head`, `base`, `-1`. */
  readonly to: string;
  /** Only says what would be done. */
  readonly planOnly: boolean;
  /** Also does it, on a copy. */
  readonly dryRun: boolean;
  readonly backup: boolean;
  readonly backupsKept: number;
  readonly onViolation: ViolationPolicy;
  /** What `onViolation` says holds for rows whose foreign key names nothing, too. */
  readonly orphans: boolean;
  /** The asset store, where a downgrade writes out payloads that lie in the database. `null`: they are lost by it. */
  readonly store: string | null;
  /** What commands in messages have to end in to mean the same database, with a space before; empty for the configured one. */
  readonly commandOptions: string;
}
