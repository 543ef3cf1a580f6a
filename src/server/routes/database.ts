import * as z from "zod";
import { listBackups } from "../../database/maintenance/backup-files.ts";
import { type DatabaseReport, reportOn } from "../../database/report.ts";
import { databaseStatus } from "../../database/status.ts";
import type { App, Services } from "../services.ts";

const answer = z.object({
  /** As the original writes it: `sqlite:////home/...`. */
  url: z.string(),
  revision: z.string().nullable(),
  head: z.string(),
  /** Revisions that a migration would add; `null` when nobody can tell. */
  pending: z.int().nullable(),
  /** What is wrong with it, in a sentence. */
  problem: z.string().nullable(),
  /** Why nothing can be written at the moment. */
  stalled: z.string().nullable(),
  /** Newest first. */
  backups: z.array(z.object({ path: z.string(), made_at: z.string(), revision: z.string(), size: z.int() })),
});

const report = z.object({
  /** What to do now, in a sentence. */
  next: z.string(),
  healthy: z.boolean(),
  /** What a migration would do, in order. */
  pending: z.array(z.object({ to: z.string().nullable(), message: z.string() })),
  /** What was found out, and what would be done about it. */
  findings: z.array(
    z.object({
      code: z.string(),
      severity: z.enum(["note", "heal", "repair", "refuse"]),
      what: z.string(),
      action: z.string(),
    }),
  ),
  /** Rows that a migration has kept aside, by table and reason. */
  quarantine: z.array(
    z.object({
      table: z.string(),
      revision: z.string(),
      reason: z.string(),
      rows: z.int(),
      examples: z.array(z.object({ id: z.string(), dispatch_id: z.string().optional() })),
    }),
  ),
});

/** How the database stands, and the backups that there are of it. It is changed by `covalent db` alone. */
export function databaseRoutes(app: App, { database }: Services): void {
  app.get(
    "/api/v2/database",
    { schema: { tags: ["server"], summary: "The database and its backups", response: { 200: answer } } },
    async () => {
      const { url, revision, head, pending, problem } = await databaseStatus(database.path);
      const backups = listBackups(database.path).map(({ path, madeAt: made_at, revision, size }) => ({
        path,
        made_at,
        revision,
        size,
      }));
      const stalled = database.stalled ?? null;
      return { url, revision, head, pending, problem: problem?.what ?? null, stalled, backups };
    },
  );

  /** Who asks while it is looked at waits for the same answer: it is much to read. */
  let looking: Promise<DatabaseReport> | undefined;
  app.get(
    "/api/v2/database/report",
    {
      schema: {
        tags: ["server"],
        summary: "What the doctor says of the database, and what is in quarantine",
        response: { 200: report },
      },
    },
    async () => {
      looking ??= reportOn(database.path).finally(() => {
        looking = undefined;
      });
      const { doctor, quarantine } = await looking;
      const { next, healthy, pending, findings } = doctor;
      return {
        next,
        healthy,
        pending: pending.map(({ to, message }) => ({ to, message })),
        findings: findings.map(({ code, severity, what, action }) => ({ code, severity, what, action })),
        quarantine: quarantine.map(({ examples, ...group }) => ({
          ...group,
          examples: examples.map(({ id, dispatchId: dispatch_id }) => ({ id, dispatch_id })),
        })),
      };
    },
  );
}
