import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Look } from "../dialects/sqlite/look.ts";
import { literal } from "../dialects/sqlite/names.ts";
import { FIRST_INLINE_REVISION, INLINE_PAYLOADS } from "../migration/drops.ts";
import type { MigrationPlan } from "../migration/plan.ts";
import { publishFile } from "./durable-files.ts";
import { stopWhenInterrupted } from "./interruption.ts";
import type { Surroundings } from "./surroundings.ts";

/**
 * Payloads that lie in the database have no place in the schema of the original: before a downgrade to it they are written out as
 * files of the asset store (`sha256/ab/<digest>`), where the original finds them and a later upgrade does too.
 *
 * Files first, rows afterwards: if the process dies in between, there are files that the next try finds complete.
 */

/** True when a plan goes to a revision that has no place for payloads. */
export function losesPayloads({ steps }: MigrationPlan): boolean {
  return steps.some(
    ({ direction, revision }) => direction === "downgrade" && revision.id === FIRST_INLINE_REVISION,
  );
}

/** Writes out what the look shows. Bytes of one payload at a time are in memory: they are small, or would not be inline. */
export function writeOutPayloads({ connection }: Look, store: string, around: Surroundings): void {
  const total = Number(connection.prepare(`SELECT count(*) AS count FROM (${INLINE_PAYLOADS})`).get()?.count);
  const statement = connection.prepare(INLINE_PAYLOADS);
  statement.setReadBigInts(true);
  let done = 0;
  for (const { content_digest: digest, content } of statement.iterate()) {
    stopWhenInterrupted(around);
    if (typeof digest === "string" && content instanceof Uint8Array)
      writeOut(placeOf(store, digest), content, around);
    done += 1;
    around.report.progress({ label: "Writing out payloads as files", done, total });
  }
}

/** The statement that tells the rows of payloads where their files are. */
export function pointToFiles(store: string): string {
  return `UPDATE assets SET storage_type = 'file', storage_path = ${literal(join(store, "sha256"))} || '/' || substr(content_digest, 1, 2),
    object_key = content_digest, digest_alg = iif(digest IS NULL, 'sha256', digest_alg),
    digest = coalesce(digest, content_digest) WHERE content_digest IS NOT NULL AND storage_type IN ('inline', 'store')`;
}

function placeOf(store: string, digest: string): string {
  return join(store, "sha256", digest.slice(0, 2), digest);
}

function writeOut(path: string, content: Uint8Array, { owner }: Surroundings): void {
  // A digest is either absent or complete.
  if (existsSync(path)) return;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const partial = `${path}.${owner}.partial`;
  writeFileSync(partial, content, { mode: 0o600 });
  publishFile(partial, path);
}
