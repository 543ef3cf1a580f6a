import { findRevision } from "../../../database/migration/find-revision.ts";
import { planMigration } from "../../../database/migration/plan.ts";
import { sqlOf } from "../../../database/migration/sql-of.ts";
import { CovalentError } from "../../../model/errors.ts";
import type { CommandContext } from "../../command-context.ts";

/** `covalent db sql FROM:TO` */
export async function sql({ terminal }: CommandContext, range: string): Promise<undefined> {
  const [from, to, ...rest] = range.split(":");
  if (from === undefined || to === undefined || to === "" || rest.length > 0) {
    throw new CovalentError("USAGE", {
      reason: `${range} is not two revisions`,
      advice: "Write them as FROM:TO, for example base:head or 7b40a55c0752:7e9fb153ecfb.",
    });
  }
  const start = findRevision(from === "" ? "base" : from, null);
  const end = findRevision(to, start);
  const statements = sqlOf(planMigration({ revision: start, to: end }));
  terminal.data({ from: start, to: end, statements });
  const text = statements.map((statement) => `${statement};`).join("\n\n");
  terminal.print(text === "" ? "-- nothing to do" : text);
}
