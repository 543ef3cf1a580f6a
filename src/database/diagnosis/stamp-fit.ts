import type { ErrorDetails } from "../../model/errors.ts";
import { readActualSchema } from "./actual-schema.ts";
import { diagnose } from "./diagnosis.ts";
import { actualFeatures, nearestRevision, revisionsWith } from "./features.ts";
import type { Reader } from "./sql.ts";

/** What speaks against writing a revision into a database. */
export interface StampFit {
  /** Why its structure is not that of the revision. */
  readonly mismatch?: string;
  /** What a newer program has written there. */
  readonly newer?: ErrorDetails;
}

/**
 * Compares a database with a revision that somebody wants to write into it; `null` is base, the empty database. Read-only.
 *
 * @example stampFit(connection, "b60c5ecdf927"); // { mismatch: "its structure is that of 9b9d58f02985" }
 */
export function stampFit(reader: Reader, revision: string | null): StampFit {
  const { certain, revision: actual, findings } = diagnose(reader, { integrity: false });
  const newer = findings.find(({ code }) => code === "NEWER")?.details as ErrorDetails | undefined;
  const features = actualFeatures(readActualSchema(reader));
  const exact = revisionsWith(features);
  const fits =
    revision === null ? features.size === 0 : exact.includes(revision) || (certain && actual === revision);
  const others =
    exact.length > 0 ? `is that of ${exact.join(" or ")}` : `comes nearest to ${nearestRevision(features)}`;
  const mismatch = features.size === 0 ? "it has no tables of Covalent" : `its structure ${others}`;
  return { ...(fits ? {} : { mismatch }), ...(newer === undefined ? {} : { newer }) };
}
