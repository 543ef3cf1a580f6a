import { QUARANTINE } from "../dialects/sqlite/carried.ts";
import type { ViolationPolicy } from "../migration/violations.ts";

type Counts = Readonly<Record<string, number>>;

/** How many rows of each table a migration has kept aside or deleted, told from the rows before and after. */
export function removedRows(before: Counts, after: Counts, policy: ViolationPolicy): Counts {
  if (policy === "refuse") return {};
  const removed = policy === "quarantine" ? keptAside(before, after) : gone(before, after);
  return Object.fromEntries(removed.filter(([, rows]) => rows > 0));
}

function keptAside(before: Counts, after: Counts): [string, number][] {
  return Object.entries(after)
    .filter(([table]) => table.startsWith(QUARANTINE))
    .map(([table, rows]) => [table.slice(QUARANTINE.length), rows - (before[table] ?? 0)]);
}

/** A table that the migration dropped is no matter of its rows. */
function gone(before: Counts, after: Counts): [string, number][] {
  return Object.entries(before)
    .filter(([table]) => !table.startsWith("_covalent_") && table !== "alembic_version")
    .map(([table, rows]) => [table, rows - (after[table] ?? rows)]);
}
