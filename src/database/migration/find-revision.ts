import { CovalentError } from "../../model/errors.ts";
import { HEAD, HISTORY } from "./history.ts";

/** So few characters of an id are not taken for its beginning: they would be a misspelling. */
const SHORTEST = 4;

/**
 * The revision that a person means: an id, the beginning of one, `head`, `base` (`null`, the empty database), or so many steps
 * from where the database is: `-1`, `+2`.
 *
 * @throws {CovalentError} `REVISION_NOT_FOUND`
 * @example
 * findRevision("1142", null); // "1142d81b29b8"
 * findRevision("-1", "9b9d58f02985"); // "b60c5ecdf927"
 */
export function findRevision(name: string, current: string | null): string | null {
  if (name === "head" || name === "heads") return HEAD;
  if (name === "base") return null;
  if (/^[+-]\d+$/.test(name)) return revisionAt(positionOf(current) + Number(name), name);
  const found = HISTORY.filter(({ id }) => id === name || (name.length >= SHORTEST && id.startsWith(name)));
  const [only] = found;
  if (only === undefined || found.length > 1)
    throw new CovalentError("REVISION_NOT_FOUND", { revision: name });
  return only.id;
}

/** How many revisions lie before and including this one. */
function positionOf(revision: string | null): number {
  return HISTORY.findIndex(({ id }) => id === revision) + 1;
}

function revisionAt(position: number, name: string): string | null {
  if (position === 0) return null;
  const revision = HISTORY[position - 1];
  if (revision === undefined) throw new CovalentError("REVISION_NOT_FOUND", { revision: name });
  return revision.id;
}
