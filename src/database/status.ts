import { inspectFile } from "./dialects/sqlite/inspect.ts";
import { HEAD, isKnown, plan } from "./migration/history.ts";

/** How a database stands to this program, as `covalent status` shows it. */
export interface DatabaseStatus {
  /** Where it is, as the original writes it: `sqlite:////home/...`. */
  readonly url: string;
  /** `null` when it is absent or empty. */
  readonly revision: string | null;
  /** The newest revision that this program knows. */
  readonly head: string;
  /** How many revisions behind head it is. 0 for one that this program does not know. */
  readonly pending: number;
}

/**
 * Looks at a database without touching it; the file may be absent.
 *
 * @throws {CovalentError} `DATABASE_UNUSABLE` when the file is something else.
 * @example
 * await databaseStatus("/home/me/.local/share/covalent/dispatcher_db.sqlite");
 * // { url: "sqlite:////home/me/...", revision: "7b40a55c0752", head: "2be7f05a9c61", pending: 4 }
 */
export async function databaseStatus(path: string): Promise<DatabaseStatus> {
  const inspection = inspectFile(path);
  const revision = inspection.kind === "empty" ? null : inspection.revision;
  const pending = revision === null || isKnown(revision) ? plan(revision, HEAD).length : 0;
  return { url: `sqlite:///${path}`, revision, head: HEAD, pending };
}
