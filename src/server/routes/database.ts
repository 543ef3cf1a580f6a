import * as z from "zod";
import { listBackups } from "../../database/maintenance/backup-files.ts";
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
}
