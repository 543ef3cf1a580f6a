import { dirname } from "node:path";
import { CovalentError } from "../../model/errors.ts";
import { type Diagnosis, diagnose, holdsNoForbiddenNulls } from "../diagnosis/diagnosis.ts";
import { blocks, type Finding } from "../diagnosis/finding.ts";
import { schemaOf } from "../diagnosis/known-schemas.ts";
import type { Look } from "../dialects/sqlite/look.ts";
import { type Drop, describeDrops } from "../migration/drops.ts";
import { findRevision } from "../migration/find-revision.ts";
import { plan } from "../migration/history.ts";
import { findObstacles } from "../migration/obstacles.ts";
import { findOrphans, type Orphans } from "../migration/orphans.ts";
import { type MigrationPlan, planMigration } from "../migration/plan.ts";
import { findViolations, type Violation } from "../migration/violations.ts";
import { type Contents, contentsOf } from "./contents.ts";
import { estimateSpace, type SpaceEstimate } from "./disk-space.ts";
import type { MigrationRequest } from "./migration-request.ts";
import { noRoom } from "./room.ts";
import type { Surroundings } from "./surroundings.ts";
import { violationRefusal } from "./violation-refusal.ts";

/** All that is known before anything is done. */
export interface Examination {
  readonly diagnosis: Diagnosis;
  readonly findings: readonly Finding[];
  readonly plan: MigrationPlan;
  readonly violations: readonly Violation[];
  /** Those that are to be taken out: none unless that is asked for. */
  readonly orphans: readonly Orphans[];
  /** What goes, and what of it is lost. */
  readonly drops: readonly Drop[];
  readonly contents: Contents;
  /** What a refusal says of the file: where a log is open, its content is folded into the file by whoever looks last. */
  readonly unchanged: string;
  readonly space: SpaceEstimate & { readonly available: number };
}

/**
 * Looks a database through: what it is, what the plan would be, which rows and which objects of users stand in its way, how much
 * room it takes. Changes nothing, and refuses nothing that can still be planned.
 *
 * @param isPlayedBack what another program left unfinished was taken back first, so that the file is not what it was to the byte
 * @throws {CovalentError} `DATABASE_REFUSED` for a database that no plan can be made for; `REVISION_NOT_FOUND`
 */
export function examine(
  look: Look,
  request: MigrationRequest,
  around: Surroundings,
  isPlayedBack: boolean,
): Examination {
  const { connection: reader } = look;
  const { path, backup } = request;
  // A database that somebody holds shut is met here, before anything takes it for a damaged one.
  reader.prepare("SELECT count(*) FROM sqlite_schema").get();
  around.report.progress({ label: "Looking at the database", done: 0, total: 0 });
  const unchanged = look.isWal || isPlayedBack ? "Its content was not changed." : "The file was not touched.";
  const diagnosis = diagnose(reader);
  if (diagnosis.refusal !== undefined) throw refused(path, diagnosis.refusal, unchanged);
  const { revision } = diagnosis;
  const wanted = planMigration({ revision, to: target(request, revision) });
  return {
    diagnosis,
    unchanged,
    findings: [...diagnosis.findings, ...findObstacles(reader, wanted, diagnosis.healing)],
    plan: wanted,
    violations: findViolations(reader, wanted, { noForbiddenNulls: holdsNoForbiddenNulls(diagnosis) }),
    orphans: request.orphans && wanted.to !== null ? findOrphans(reader, schemaOf(wanted.to)) : [],
    drops: describeDrops(wanted, reader),
    contents: contentsOf(reader),
    space: {
      ...estimateSpace(reader, wanted, { isWal: look.isWal, withBackup: backup && revision !== null }),
      available: around.availableBytes(dirname(path)),
    },
  };
}

/**
 * Refuses what the examination shows cannot be done.
 *
 * @throws {CovalentError} `DATABASE_REFUSED`, `MIGRATION_VIOLATIONS`, `DATABASE_DISK_FULL`
 */
export function refuseImpossible(examined: Examination, request: MigrationRequest): void {
  const obstacle = examined.findings.find(blocks);
  if (obstacle !== undefined) throw refused(request.path, obstacle, examined.unchanged);
  const blocking = examined.violations.filter((violation) => violation.blocking);
  if (request.onViolation === "refuse" && blocking.length > 0)
    throw violationRefusal(blocking, request, examined.unchanged);
  const { needed, available } = examined.space;
  if (needed > available) throw noRoom(dirname(request.path), needed, available);
}

function refused(path: string, { what, action }: Finding, unchanged: string): CovalentError {
  return new CovalentError("DATABASE_REFUSED", {
    path,
    reason: what,
    advice: `${capitalised(action)}. ${unchanged}`,
  });
}

/** @throws {CovalentError} `USAGE` for a revision that lies in the other direction */
function target({ direction, to }: MigrationRequest, revision: string | null): string | null {
  const found = findRevision(to, revision);
  const steps = plan(revision, found);
  if (steps.some((step) => step.direction !== direction)) {
    const other = direction === "upgrade" ? "downgrade" : "migrate --to";
    throw new CovalentError("USAGE", {
      reason: `the database is at revision ${revision ?? "(empty)"}, and ${found ?? "base"} lies in the other direction`,
      advice: `\`covalent db ${other} ${found ?? "base"}\` goes there.`,
    });
  }
  return found;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
