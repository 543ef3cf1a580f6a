import type { DatabaseSync } from "node:sqlite";
import { diagnose } from "../diagnosis/diagnosis.ts";
import { rowsOf } from "./contents.ts";
import type { Examination } from "./examination.ts";
import type { MigrationRequest } from "./migration-request.ts";

/**
 * Checks what a migration has made: it is at the revision it was to reach, with that revision's structure, and no table has fewer
 * rows than before. Whether the pages of the file are sound is looked at by two threads (`page-check.ts`).
 * Orphans stay as they are, so they are not counted again.
 *
 * @throws {Error} naming the first thing that is not as it should be
 */
export function verifyMigrated(
  connection: DatabaseSync,
  { plan, diagnosis: before, contents }: Examination,
  { onViolation, direction }: MigrationRequest,
): void {
  const after = diagnose(connection, { integrity: false, orphans: false });
  const wanted = plan.steps.length === 0 ? before.revision : plan.to;
  if (after.refusal !== undefined) throw new Error(after.refusal.what);
  if (after.revision !== wanted) throw new Error(`it is at revision ${after.revision} instead of ${wanted}`);
  const unhealed = after.findings.find(({ severity }) => severity === "heal");
  if (unhealed !== undefined) throw new Error(unhealed.what);
  // Rows are moved aside on request, and a downgrade drops what it said it would.
  if (direction === "downgrade" || onViolation !== "refuse") return;
  const tables = Object.keys(contents.rows).filter((table) => !isOurBookkeeping(table));
  for (const [table, actual] of Object.entries(rowsOf(connection, tables))) {
    const expected = contents.rows[table];
    if (expected !== undefined && actual < expected) {
      throw new Error(`${table} has ${actual} rows; before it had ${expected}`);
    }
  }
}

/** What is carried or kept aside comes back when it can; a table that named several revisions names one. */
function isOurBookkeeping(table: string): boolean {
  return table.startsWith("_covalent_") || table === "alembic_version";
}
