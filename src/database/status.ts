import { existsSync } from "node:fs";
import { diagnoseBriefly } from "./diagnosis/brief-diagnosis.ts";
import type { Finding } from "./diagnosis/finding.ts";
import { diagnosedFile } from "./diagnosis/looked-at.ts";
import { refuseUnreadable } from "./maintenance/refusals.ts";
import { HEAD, plan } from "./migration/history.ts";

/** How a database stands to this program, as `covalent status` and `covalent db status` show it. */
export interface DatabaseStatus {
  /** Where it is, as the original writes it: `sqlite:////home/...`. */
  readonly url: string;
  /** False when there is no such file. */
  readonly exists: boolean;
  /** The revisions that the database names: one, unless something is wrong with it. */
  readonly stamped: readonly string[];
  /** The revision at which it really is; what it names when nobody can tell. `null` when it is empty, or names nothing either. */
  readonly revision: string | null;
  /** The newest revision that this program knows. */
  readonly head: string;
  /** How many revisions behind head it is; `null` when nobody can tell. */
  readonly pending: number | null;
  /** What is wrong with it, if anything: what `covalent db migrate` heals, or refuses. */
  readonly problem: Finding | null;
}

/**
 * Looks at a database without touching it; the file may be absent, half-migrated, damaged or something else.
 *
 * @throws {CovalentError} `DATABASE_BUSY`; `DATABASE_UNUSABLE` when it may not be read, or is no file
 * @example
 * await databaseStatus("/home/me/.local/share/covalent/dispatcher_db.sqlite");
 * // { url: "sqlite:////home/me/...", exists: true, stamped: ["7b40a55c0752"], revision: "7b40a55c0752", head: "a9d2c61f4b07", pending: 7, problem: null }
 */
export async function databaseStatus(path: string): Promise<DatabaseStatus> {
  refuseUnreadable(path);
  const url = `sqlite:///${path}`;
  if (!existsSync(path)) {
    return {
      url,
      exists: false,
      stamped: [],
      revision: null,
      head: HEAD,
      pending: plan(null, HEAD).length,
      problem: null,
    };
  }
  const { stamped, revision, certain, refusal, findings } = await diagnosedFile(path, diagnoseBriefly);
  const problem = refusal ?? findings.find(({ severity }) => severity !== "note") ?? null;
  const said = stamped.length === 1 ? stamped[0] : undefined;
  return {
    url,
    exists: true,
    stamped,
    revision: revision ?? said ?? null,
    head: HEAD,
    pending: certain || revision !== null ? plan(revision, HEAD).length : null,
    problem,
  };
}
