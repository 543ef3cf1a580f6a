import { rmSync } from "node:fs";
import { openForRehearsal } from "../dialects/sqlite/connection.ts";
import type { Look } from "../dialects/sqlite/look.ts";
import { copyDatabase } from "../dialects/sqlite/online-backup.ts";
import type { Step } from "../migration/history.ts";
import { createFile } from "./durable-files.ts";
import type { Examination } from "./examination.ts";
import { explain } from "./failure.ts";
import { stopWhenInterrupted } from "./interruption.ts";
import type { MigrationRequest } from "./migration-request.ts";
import { partialFile, removeDatabaseFile } from "./partial-files.ts";
import { stepText } from "./plan-report.ts";
import { runPlan } from "./run-plan.ts";
import type { Surroundings } from "./surroundings.ts";
import { verifyMigrated } from "./verification.ts";

const PRIVATE_FILE = 0o600;

/**
 * Carries out the whole plan on a copy and checks the result, so that what can fail fails before the database is touched.
 *
 * What fails says at which step, and whether trying again is any use. The copy lies beside the database, and only its owner can read it. If the process dies meanwhile, the next run removes it.
 *
 * @throws {CovalentError} `MIGRATION_FAILED`, `MIGRATION_INTERRUPTED`, or the refusal of a step
 */
export async function rehearse(
  look: Look,
  examined: Examination,
  request: MigrationRequest,
  around: Surroundings,
): Promise<void> {
  const copy = partialFile(request.path, "rehearsal", around.owner);
  const label = "Rehearsing on a copy";
  let step: string | undefined;
  let table: string | undefined;
  const show = (now: Step, done: number, total: number): void => {
    step = stepText(now);
    around.report.progress({ label: `${label}: ${step}`, done, total });
  };
  // One of the same name is this process's own, from a look that had to be taken again.
  rmSync(copy, { force: true });
  try {
    createFile(copy, PRIVATE_FILE);
    await copyDatabase(look.connection, copy, (done, total) => {
      stopWhenInterrupted(around);
      around.report.progress({ label: "Copying for a rehearsal", done, total });
    });
    const statement = (sql: string): void => {
      table = /\b(?:INTO|UPDATE|TABLE)\s+"?(\w+)/.exec(sql)?.[1];
    };
    const connection = openForRehearsal(copy);
    try {
      runPlan({
        connection,
        examined,
        request: { ...request, path: copy },
        // Only the statements of the real run are of interest to others.
        around: { ...around, statement },
        begun: false,
        onStep: (now) => show(now, 0, 0),
        onProgress: ({ step: now, done, total }) => show(now, done, total),
        onCommitted: () => {},
      });
      // The pages of a copy that is thrown away need not be read once more.
      verifyMigrated(connection, examined, request, { integrity: false });
    } finally {
      connection.close();
    }
  } catch (error) {
    const reached = examined.diagnosis.revision;
    const at = step === undefined || table === undefined ? step : `${step}, table ${table}`;
    throw explain(error, { path: request.path, phase: "rehearsal", step: at, reached });
  } finally {
    removeDatabaseFile(copy);
  }
}
