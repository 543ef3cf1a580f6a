import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { keepTemporaryFilesIn, openForRehearsal } from "../dialects/sqlite/connection.ts";
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

/** Where a rehearsal is, for the report of what fails. */
interface Place {
  step?: string;
  table?: string | undefined;
}

/**
 * Carries out the whole plan on a copy and checks the result, so that what can fail fails before the database is touched. What
 * fails says where, and whether trying again is any use.
 *
 * The copy lies beside the database, and only its owner can read it. If the process dies meanwhile, the next run removes it.
 *
 * @throws {CovalentError} `MIGRATION_FAILED`, `MIGRATION_INTERRUPTED`, or the refusal of a step
 */
export async function rehearse(
  look: Look,
  examined: Examination,
  request: MigrationRequest,
  around: Surroundings,
): Promise<void> {
  const { path } = request;
  const copy = partialFile(path, "rehearsal", around.owner);
  const place: Place = {};
  // One of the same name is this process's own, from a look that had to be taken again.
  rmSync(copy, { force: true });
  try {
    createFile(copy, PRIVATE_FILE);
    await copyDatabase(look.connection, copy, (done, total) => {
      stopWhenInterrupted(around);
      around.report.progress({ label: "Copying for a rehearsal", done, total });
    });
    runOnCopy(examined, { ...request, path: copy }, around, place);
  } catch (error) {
    const step = [place.step ?? [], place.table === undefined ? [] : `table ${place.table}`]
      .flat()
      .join(", ");
    throw explain(error, { path, phase: "rehearsal", step, reached: examined.diagnosis.revision });
  } finally {
    removeDatabaseFile(copy);
  }
}

function runOnCopy(
  examined: Examination,
  request: MigrationRequest,
  around: Surroundings,
  place: Place,
): void {
  const show = (step: Step, done: number, total: number): void => {
    place.step = stepText(step);
    around.report.progress({ label: `Rehearsing on a copy: ${place.step}`, done, total });
  };
  // Only the statements of the real run are of interest to others.
  const statement = (sql: string): void => {
    place.table = /\b(?:INTO|UPDATE|TABLE(?: IF(?: NOT)? EXISTS)?)\s+"?(\w+)/.exec(sql)?.[1];
  };
  const connection = openForRehearsal(request.path);
  try {
    keepTemporaryFilesIn(connection, dirname(request.path));
    runPlan({
      connection,
      examined,
      request,
      around: { ...around, statement },
      begun: false,
      onStep: (step) => show(step, 0, 0),
      onProgress: ({ step, done, total }) => show(step, done, total),
      onCommitted: () => {},
    });
    place.table = undefined;
    // The pages of a copy that is thrown away need not be read once more.
    verifyMigrated(connection, examined, request);
  } finally {
    connection.close();
  }
}
