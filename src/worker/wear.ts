/** What grows in a worker as long as it lives. */
export interface Wear {
  /** Bytes in the longer one of its output files. */
  readonly output: number;
  /** Bytes in its spool. */
  readonly spool: number;
  /** Bundles it has loaded: code is never unloaded. */
  readonly bundles: number;
}

const LIMITS: Wear = { output: 64 * 1024 * 1024, spool: 16 * 1024 * 1024, bundles: 50 };

/** True when a worker is to be replaced by a fresh one, with empty files and empty memory. */
export function isWorn(wear: Wear): boolean {
  return wear.output > LIMITS.output || wear.spool > LIMITS.spool || wear.bundles > LIMITS.bundles;
}
