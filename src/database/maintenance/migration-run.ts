import { CovalentError } from "../../model/errors.ts";
import type { Finding } from "../diagnosis/finding.ts";
import { type Look, openLook, playBack } from "../dialects/sqlite/look.ts";
import { backupsDirectory } from "./backup-files.ts";
import { startBackup } from "./early-backup.ts";
import { type Examination, examine, refuseImpossible } from "./examination.ts";
import { explain, type Progress } from "./failure.ts";
import { stopWhenInterrupted } from "./interruption.ts";
import type { MigrationRequest } from "./migration-request.ts";
import type { MigrationOutcome } from "./outcome.ts";
import { partialFile, removeLeftOversOf } from "./partial-files.ts";
import { outcomeOf } from "./plan-report.ts";
import { type RealRun, type RunResult, runForReal } from "./real-run.ts";
import { refuseLocked, refuseReadOnly, refuseRunningServer, refuseUnreadable } from "./refusals.ts";
import { rehearse } from "./rehearsal.ts";
import type { Surroundings } from "./surroundings.ts";
import { tidyBackups } from "./tidy-backups.ts";

/**
 * A migration from the first look to the last check, in this order: what forbids it at once, the look, the plan, the rehearsal on
 * a copy, the lock, the backup, the revisions, the check. Everything before the lock leaves the file untouched.
 *
 * @throws {CovalentError} see `migrateDatabase`
 */
export async function runMigration(
  request: MigrationRequest,
  around: Surroundings,
): Promise<MigrationOutcome> {
  let progress: Progress = { path: request.path, phase: "look", reached: null };
  const came = (further: Partial<Omit<Progress, "path">>): void => {
    progress = { ...progress, ...further };
  };
  try {
    refuseAtOnce(request, around);
    return await migrate(request, around, came);
  } catch (error) {
    throw explain(error, progress);
  }
}

function refuseAtOnce({ path, planOnly, dryRun }: MigrationRequest, around: Surroundings): void {
  refuseUnreadable(path);
  if (planOnly) return;
  refuseReadOnly(path);
  for (const file of removeLeftOversOf(path, backupsDirectory(path), around.owner)) {
    around.report.note(`removed ${file}, which a run that was killed had left`);
  }
  if (!dryRun) refuseLocked(path);
}

async function migrate(
  request: MigrationRequest,
  around: Surroundings,
  came: (further: Partial<Omit<Progress, "path">>) => void,
  isPlayedBack = false,
): Promise<MigrationOutcome> {
  const { path, planOnly, dryRun } = request;
  const look = openLook(path, partialFile(path, "look", around.owner));
  try {
    const examined = unlessWritten(look, path, () => examine(look, request, around, isPlayedBack));
    came({ reached: examined.diagnosis.revision });
    if (planOnly) {
      const planned = outcomeOf(path, examined, "planned");
      return { ...planned, findings: withoutOrphans(examined, request), ...refusalOf(examined, request) };
    }
    unlessWritten(look, path, () => refuseImpossible(examined, request));
    if (isDone(examined)) return outcomeOf(path, examined, "nothing");
    if (!dryRun) await refuseRunningServer(path, around);
    for (const { what, action } of findingsToTell(examined, request))
      around.report.note(`${what}: ${action}`);
    // A rehearsal loses nothing.
    if (!dryRun) await confirmLosses(examined, request, around);
    stopWhenInterrupted(around);
    came({ phase: "rehearsal" });
    if (dryRun || look.isCopy) {
      await rehearse(look, examined, request, around);
      if (dryRun) return outcomeOf(path, examined, "rehearsed");
      refuseChangedCopy(look.isCurrent(), path);
    } else {
      const left = await rehearseAndRun({ look, examined, request, around, came, isPlayedBack });
      if (left.backup !== undefined) tidyBackups(path, request.backupsKept, around.report, left.backup);
      return outcomeOf(path, examined, "migrated", left);
    }
  } finally {
    look.close();
  }
  // What another program left unfinished could be migrated: now it is played back, and the file itself is looked at.
  playBack(path);
  came({ phase: "look", isPlayedBack: true });
  return await migrate(request, around, came, true);
}

async function rehearseAndRun(
  run: Omit<RealRun, "backup"> & { readonly isPlayedBack: boolean },
): Promise<RunResult> {
  const { look, examined, request, around } = run;
  // Two things that only read the database, on two processors.
  const backup = startBackup(run);
  try {
    await rehearse(look, examined, request, around);
    return await runForReal({ ...run, backup });
  } finally {
    await backup?.discard();
  }
}

/** Why the plan would not be carried out, if so. */
function refusalOf(examined: Examination, request: MigrationRequest): Pick<MigrationOutcome, "refusal"> {
  try {
    refuseImpossible(examined, request);
    return {};
  } catch (error) {
    if (!(error instanceof CovalentError)) throw error;
    const { code, message, hint = "" } = error;
    return { refusal: { code, message, hint } };
  }
}

function isDone({ plan, diagnosis, orphans }: Examination): boolean {
  return plan.steps.length === 0 && diagnosis.healing.length === 0 && orphans.length === 0;
}

/** Harmless: who wants to know asks `doctor`. */
const NOT_TOLD: ReadonlySet<string> = new Set(["DRIFT", "EARLIER_COLUMN"]);

function findingsToTell(examined: Examination, request: MigrationRequest): readonly Finding[] {
  return withoutOrphans(examined, request).filter(({ code }) => !NOT_TOLD.has(code));
}

/** Of orphans that are taken out it must not be said that they stay. */
function withoutOrphans({ findings }: Examination, { orphans }: MigrationRequest): readonly Finding[] {
  return findings.filter(({ code }) => !(orphans && code === "ORPHANS"));
}

/** @throws {CovalentError} `NOT_CONFIRMED` */
async function confirmLosses(
  examined: Examination,
  request: MigrationRequest,
  around: Surroundings,
): Promise<void> {
  for (const question of [deletion(examined, request), losses(examined, request)]) {
    if (question !== undefined && !(await around.confirm(question))) throw new CovalentError("NOT_CONFIRMED");
  }
}

function deletion(
  { violations, orphans }: Examination,
  { onViolation }: MigrationRequest,
): string | undefined {
  const going = [
    ...violations.filter(({ blocking }) => blocking).map(({ rows, table }) => `${rows} row(s) of ${table}`),
    ...orphans.map(
      ({ rows, table, columns, parent }) =>
        `${rows} row(s) of ${table} whose ${columns.join(" and ")} names no row of ${parent}`,
    ),
  ];
  if (onViolation !== "delete" || going.length === 0) return undefined;
  const rows = going.join(", ");
  return `Delete ${rows}, with everything that depends on them? A backup is made first.`;
}

/** What an upgrade drops is of no use any more, or kept; what a downgrade drops is asked about. */
function losses({ drops }: Examination, { direction, store, backup }: MigrationRequest): string | undefined {
  const lost = drops.filter(
    (drop) => drop.lost && !(store !== null && drop.table === "assets" && drop.column === "content"),
  );
  if (direction === "upgrade" || lost.length === 0) return undefined;
  const what = lost.map(({ table, column, rows }) =>
    column === null ? `${table} (${rows} rows)` : `${table}.${column} (${rows} values)`,
  );
  return `This downgrade loses ${what.join(", ")}. Go on? ${backup ? "A backup is made first." : "No backup is made."}`;
}

/** @throws {CovalentError} `DATABASE_CHANGED` */
/** What is found while another program writes is not to be believed: one thing was read before it, another after. */
function unlessWritten<Found>(look: Look, path: string, find: () => Found): Found {
  try {
    return find();
  } catch (error) {
    if (look.isCurrent()) throw error;
    const reason = "it is not what it was, perhaps because another `covalent db migrate` is at work";
    throw new CovalentError("DATABASE_CHANGED", { path, reason }, { cause: error });
  }
}

function refuseChangedCopy(isCurrent: boolean, path: string): void {
  if (isCurrent) return;
  throw new CovalentError("DATABASE_CHANGED", { path, reason: "it was written to during the rehearsal" });
}
