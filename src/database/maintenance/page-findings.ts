import type { DatabaseSync } from "node:sqlite";
import { diagnoseFault } from "../diagnosis/diagnosis.ts";
import type { Finding, Remedy } from "../diagnosis/finding.ts";
import { openReadOnly } from "../dialects/sqlite/look.ts";

/**
 * What a check finds in the pages of a file. It has a connection of its own, which has nothing in its cache: what is read is what the
 * disk has kept.
 */
export function pageFindings(path: string, check: (reader: DatabaseSync) => Remedy[]): readonly Finding[] {
  const connection = openReadOnly(path);
  try {
    return check(connection).map(({ finding }) => finding);
  } catch (error) {
    return diagnoseFault(error).findings;
  } finally {
    connection.close();
  }
}
