import { counted } from "../../../database/diagnosis/finding.ts";
import { type DatabaseStatus, databaseStatus } from "../../../database/status.ts";
import type { CommandContext } from "../../command-context.ts";
import { EXIT, type ExitCode } from "../../exit-code.ts";
import { inOneLine, printFindings } from "./finding-text.ts";
import { type TargetOptions, targetOf } from "./target.ts";

/** `covalent db status`. Exit code 1 for a database that a migration refuses. */
export async function status(context: CommandContext, options: TargetOptions): Promise<ExitCode> {
  const { terminal } = context;
  const standing = await databaseStatus((await targetOf(context, options)).path);
  terminal.data(standing);
  terminal.print(`Database  ${standing.url}`);
  terminal.print(`Revision  ${revisionText(standing)}`);
  terminal.print(`Head      ${standing.head}`);
  terminal.print(`Pending   ${pendingText(standing)}`);
  if (standing.problem !== null) printFindings(terminal, [standing.problem]);
  return isRefused(standing) ? EXIT.failed : EXIT.done;
}

/** `covalent db current`. Prints nothing for an empty database. Exit code 1 when nobody can tell the revision. */
export async function current(context: CommandContext, options: TargetOptions): Promise<ExitCode> {
  const { terminal } = context;
  const standing = await databaseStatus((await targetOf(context, options)).path);
  const { stamped, revision, head, pending, problem } = standing;
  terminal.data({ revision, head, pending, stamped });
  const said = pending === null ? stamped : [revision ?? []].flat();
  for (const one of said) terminal.print(one === head ? `${one} (head)` : inOneLine(one));
  if (pending === null && problem !== null)
    terminal.note(`note: ${problem.what}; \`covalent db doctor\` says more`);
  return pending === null ? EXIT.failed : EXIT.done;
}

/** True when a migration would refuse the database as it is. */
export function isRefused({ problem }: Pick<DatabaseStatus, "problem">): boolean {
  return problem !== null && problem.severity !== "heal";
}

function revisionText({ exists, stamped, revision, pending }: DatabaseStatus): string {
  if (pending === null)
    return stamped.length === 0 ? "none that can be told" : inOneLine(stamped.join(" and "));
  if (revision === null)
    return exists ? "none yet: the database is empty" : "none yet: there is no such file";
  return revision;
}

function pendingText({ pending }: DatabaseStatus): string {
  if (pending === null) return "nobody can tell: run `covalent db doctor`";
  return pending === 0 ? "nothing" : `${counted(pending, "step")}: run \`covalent db migrate\``;
}
