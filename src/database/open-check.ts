import { existsSync } from "node:fs";
import { CovalentError, type ErrorDetails } from "../model/errors.ts";
import { VERSION } from "../version.ts";
import { diagnoseBriefly } from "./diagnosis/brief-diagnosis.ts";
import type { Diagnosis } from "./diagnosis/diagnosis.ts";
import type { Finding } from "./diagnosis/finding.ts";
import { diagnosedFile } from "./diagnosis/looked-at.ts";
import { refuseUnreadable } from "./maintenance/refusals.ts";
import { HEAD, plan } from "./migration/history.ts";

/**
 * Says whether a file can be opened as it is (`ready`), or has no schema yet (`empty`). Looks at the structure too, not only at the
 * revision that is written there: a server on a database that lacks a table or a column would lose work later on.
 *
 * @throws {CovalentError} for any other file, which was not touched: `DATABASE_NEEDS_UPGRADE`, `DATABASE_NEWER`,
 * `DATABASE_UNKNOWN_REVISION`, `DATABASE_UNSOUND`, `DATABASE_UNUSABLE`, `DATABASE_BUSY`
 */
export async function checkFile(path: string): Promise<"empty" | "ready"> {
  refuseUnreadable(path);
  if (!existsSync(path)) return "empty";
  const diagnosis = await diagnosedFile(path, diagnoseBriefly);
  const { revision, refusal, findings } = diagnosis;
  if (refusal !== undefined) throw refused(path, refusal, diagnosis);
  const pending = plan(revision, HEAD).length;
  if (revision !== null && pending > 0)
    throw new CovalentError("DATABASE_NEEDS_UPGRADE", { path, revision, pending, head: HEAD });
  const unhealed = findings.find(({ severity }) => severity === "heal");
  if (unhealed !== undefined) throw unsound(path, unhealed);
  return revision === null ? "empty" : "ready";
}

function refused(path: string, finding: Finding, { stamped }: Diagnosis): CovalentError {
  const { code, what, action, details } = finding;
  switch (code) {
    case "NEWER":
      return new CovalentError("DATABASE_NEWER", { ...(details as ErrorDetails), path });
    case "UNKNOWN_REVISION":
      return new CovalentError("DATABASE_UNKNOWN_REVISION", {
        path,
        revision: stamped.join(),
        version: VERSION,
      });
    case "DAMAGED":
    case "NOT_A_DATABASE":
    case "NOT_OURS":
      return new CovalentError("DATABASE_UNUSABLE", { path, reason: what, advice: adviceOn(action) });
    default:
      return unsound(path, finding);
  }
}

function unsound(path: string, { severity, what, action }: Finding): CovalentError {
  const advice = {
    note: "",
    heal: `Run \`covalent db migrate\`, which mends that: ${action}. It was not touched.`,
    repair:
      "`covalent db repair` shows how it would be mended, `covalent db repair --apply` does it, after a backup. It was not touched.",
    refuse: adviceOn(action),
  }[severity];
  return new CovalentError("DATABASE_UNSOUND", { path, reason: what, advice });
}

function adviceOn(action: string): string {
  return `${action.charAt(0).toUpperCase()}${action.slice(1)}. It was not touched.`;
}
