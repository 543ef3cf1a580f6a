import type { DatabaseSync } from "node:sqlite";
import { violationInWords } from "../maintenance/violation-refusal.ts";
import { HEAD } from "../migration/history.ts";
import { findObstacles } from "../migration/obstacles.ts";
import { planMigration } from "../migration/plan.ts";
import { findViolations, type Violation } from "../migration/violations.ts";
import type { Diagnosis } from "./diagnosis.ts";
import type { Finding } from "./finding.ts";

/**
 * What stands in the way of an upgrade to head: objects of the user's that use what goes, and rows that a revision does not permit.
 * Only looks. A migration refuses for the same reasons.
 */
export function inTheWay(
  reader: Pick<DatabaseSync, "prepare">,
  { revision, healing }: Pick<Diagnosis, "revision" | "healing">,
): Finding[] {
  const plan = planMigration({ revision, to: HEAD });
  const forbidden = findViolations(reader, plan).filter(({ blocking }) => blocking);
  return [...findObstacles(reader, plan, healing), ...forbidden.map(forbiddenRows)];
}

function forbiddenRows(violation: Violation): Finding {
  const { revision, table, columns, rows } = violation;
  return {
    code: "VIOLATION",
    severity: "refuse",
    // The sentence ends where the finding's own punctuation follows.
    what: violationInWords(violation, "upgrade").replace(/\.$/, ""),
    action:
      "`covalent db migrate --on-violation=quarantine` keeps the rows aside with all that depends on them, `covalent db migrate --on-violation=delete` deletes them after a backup",
    details: { revision, table, columns, rows },
  };
}
