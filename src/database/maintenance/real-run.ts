import { dirname } from "node:path";
import { CovalentError } from "../../model/errors.ts";
import { blocks, type Finding } from "../diagnosis/finding.ts";
import { createPrivateFile, keepTemporaryFilesIn, openForMigration } from "../dialects/sqlite/connection.ts";
import type { Look } from "../dialects/sqlite/look.ts";
import { rowsOf } from "./contents.ts";
import type { EarlyBackup } from "./early-backup.ts";
import type { Examination } from "./examination.ts";
import type { Progress } from "./failure.ts";
import { losesPayloads, writeOutPayloads } from "./inline-payloads.ts";
import type { MigrationRequest } from "./migration-request.ts";
import type { MigrationOutcome } from "./outcome.ts";
import { startPageCheck } from "./page-check.ts";
import { stepLine, stepText } from "./plan-report.ts";
import { refuseRunningServer } from "./refusals.ts";
import { removedRows } from "./removed-rows.ts";
import { runPlan } from "./run-plan.ts";
import type { Surroundings } from "./surroundings.ts";
import { verifyMigrated } from "./verification.ts";
import { beginWriting } from "./write-lock.ts";

export interface RealRun {
  readonly look: Look;
  readonly examined: Examination;
  readonly request: MigrationRequest;
  readonly around: Surroundings;
  /** Under way or made; none when none is wanted. */
  readonly backup: EarlyBackup | undefined;
  /** Told whenever the work has come further, so that a failure can say how far it came. */
  came(further: Partial<Omit<Progress, "path">>): void;
}

/** What a run has left besides the database. */
export type RunResult = Pick<MigrationOutcome, "backup" | "removed">;

/**
 * Carries out a plan on the database itself; says where the backup is, if one was made, and which rows were taken out.
 *
 * One connection takes the write lock and keeps it: nobody can write between the check that nothing has changed since the look,
 * naming the backup, and the first revision, which is part of that same transaction.
 */
export async function runForReal(run: RealRun): Promise<RunResult> {
  const { look, examined, request, around, came } = run;
  const { path } = request;
  await refuseRunningServer(path, around);
  if (request.store !== null && losesPayloads(examined.plan)) writeOutPayloads(look, request.store, around);
  createPrivateFile(path);
  const connection = openForMigration(path);
  try {
    keepTemporaryFilesIn(connection, dirname(path));
    around.statement?.("BEGIN IMMEDIATE");
    beginWriting(connection, path);
    refuseChanged(look, path);
    came({ phase: "backup" });
    // What it holds is what the file holds: nobody has written since the look, which is older.
    const backup = await run.backup?.publish();
    if (backup !== undefined) around.report.backup(backup);
    // A connection that reads would hinder the commit.
    look.close();
    came({ phase: "run", ...(backup === undefined ? {} : { backup }) });
    runPlan({
      connection,
      examined,
      request,
      around,
      begun: true,
      onStep(step) {
        came({ step: stepText(step) });
        around.report.step(stepLine(step));
      },
      onProgress: ({ step, done, total }) => around.report.progress({ label: stepText(step), done, total }),
      onCommitted: ({ to }) => came({ reached: to, step: undefined }),
    });
    came({ phase: "verification" });
    around.report.progress({ label: "Checking the result", done: 0, total: 0 });
    const pages = startPageCheck(path);
    verifyMigrated(connection, examined, request);
    const { onViolation } = request;
    const rows = onViolation === "refuse" ? {} : rowsOf(connection);
    const removed = removedRows(examined.contents.rows, rows, onViolation);
    refuseDamaged(await pages.finish());
    return { ...(backup === undefined ? {} : { backup }), removed };
  } finally {
    // The look goes first: the last connection folds a log into the file and removes it.
    look.close();
    connection.close();
  }
}

/** @throws {Error} saying what is wrong with the pages of the file */
function refuseDamaged(findings: readonly Finding[]): void {
  const damage = findings.find(blocks);
  if (damage !== undefined) throw new Error(damage.what);
}

/** @throws {CovalentError} `DATABASE_CHANGED` */
function refuseChanged(look: Look, path: string): void {
  if (look.isCurrent()) return;
  const reason = "it is not what it was, perhaps because another `covalent db migrate` was faster";
  throw new CovalentError("DATABASE_CHANGED", { path, reason });
}
