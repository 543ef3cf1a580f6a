import type { ErrorCode } from "../../model/errors.ts";
import type { Finding } from "../diagnosis/finding.ts";
import type { Drop } from "../migration/drops.ts";
import type { Orphans } from "../migration/orphans.ts";
import type { Violation } from "../migration/violations.ts";

/** One step of a migration, done or planned. */
export interface StepReport {
  readonly direction: "upgrade" | "downgrade";
  readonly from: string | null;
  readonly to: string | null;
  readonly message: string;
}

/** What a migration did, or would do. */
export interface MigrationOutcome {
  readonly path: string;
  /** `nothing`: it is already there; `planned` and `rehearsed`: the file was not touched. */
  readonly performed: "nothing" | "planned" | "rehearsed" | "migrated";
  /** The true revision before; `null` for an empty database. */
  readonly from: string | null;
  /** The revision the steps lead to. */
  readonly to: string | null;
  readonly steps: readonly StepReport[];
  /** Rows of each table that is there before, as counted. */
  readonly rows: Readonly<Record<string, number>>;
  readonly findings: readonly Finding[];
  readonly violations: readonly Violation[];
  /** Rows whose foreign key names nothing, where they were to be taken out. */
  readonly orphans: readonly Orphans[];
  /** What goes, with what is in it; `lost` unless it is kept for a way back. */
  readonly drops: readonly Drop[];
  /** Bytes that the work needs beside the file at its peak, as estimated beforehand, and bytes that are free. */
  readonly space: { readonly needed: number; readonly available: number };
  /** Of a plan that would be refused: why, and what to do. */
  readonly refusal?: { readonly code: ErrorCode; readonly message: string; readonly hint: string };
  readonly backup?: string;
  /** Rows by table that were kept aside or deleted, as `onViolation` said, with those that depended on them. */
  readonly removed?: Readonly<Record<string, number>>;
}
