import { rmSync } from "node:fs";
import { openForRehearsal } from "../dialects/sqlite/connection.ts";
import type { Look } from "../dialects/sqlite/look.ts";
import { copyDatabase } from "../dialects/sqlite/online-backup.ts";
import { createFile } from "./durable-files.ts";
import type { Examination } from "./examination.ts";
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
 * The copy lies beside the database, and only its owner can read it. If the process dies meanwhile, the next run removes it.
 */
export async function rehearse(
  look: Look,
  examined: Examination,
  request: MigrationRequest,
  around: Surroundings,
): Promise<void> {
  const copy = partialFile(request.path, "rehearsal", around.owner);
  const label = "Rehearsing on a copy";
  // One of the same name is this process's own, from a look that had to be taken again.
  rmSync(copy, { force: true });
  try {
    createFile(copy, PRIVATE_FILE);
    await copyDatabase(look.connection, copy, (done, total) => {
      stopWhenInterrupted(around);
      around.report.progress({ label: "Copying for a rehearsal", done, total });
    });
    const { statement: _realOnly, ...quiet } = around;
    const connection = openForRehearsal(copy);
    try {
      runPlan({
        connection,
        examined,
        request: { ...request, path: copy },
        around: quiet,
        begun: false,
        onStep: (step) => around.report.progress({ label: `${label}: ${stepText(step)}`, done: 0, total: 0 }),
        onProgress: ({ step, done, total }) =>
          around.report.progress({ label: `${label}: ${stepText(step)}`, done, total }),
        onCommitted: () => {},
      });
      // The pages of a copy that is thrown away need not be read once more.
      verifyMigrated(connection, examined, request, { integrity: false });
    } finally {
      connection.close();
    }
  } finally {
    removeDatabaseFile(copy);
  }
}
