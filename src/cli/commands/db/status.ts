import { doctor } from "../../../database/diagnosis/doctor.ts";
import { isKnown } from "../../../database/migration/history.ts";
import { type DatabaseStatus, databaseStatus } from "../../../database/status.ts";
import { CovalentError } from "../../../model/errors.ts";
import type { CommandContext } from "../../command-context.ts";
import { type TargetOptions, targetOf } from "./target.ts";

/** `pending` is `null` when nobody can tell. */
type Standing = Omit<DatabaseStatus, "pending"> & { readonly pending: number | null };

/** `covalent db status` */
export async function status(context: CommandContext, options: TargetOptions): Promise<undefined> {
  const { terminal } = context;
  const standing = await standingOf((await targetOf(context, options)).path);
  terminal.data(standing);
  const { url, revision, head } = standing;
  terminal.print(`Database  ${url}`);
  terminal.print(`Revision  ${revision ?? "none yet"}`);
  terminal.print(`Head      ${head}`);
  terminal.print(`Pending   ${pendingText(standing)}`);
}

/** `covalent db current` */
export async function current(context: CommandContext, options: TargetOptions): Promise<undefined> {
  const { revision, head } = await standingOf((await targetOf(context, options)).path);
  context.terminal.data({ revision });
  if (revision !== null) context.terminal.print(revision === head ? `${revision} (head)` : revision);
}

/** What the database says of itself or, when that is nothing that means anything, what its structure says. */
async function standingOf(path: string): Promise<Standing> {
  try {
    const said = await databaseStatus(path);
    if (said.revision === null || isKnown(said.revision)) return said;
    const { certain, revision, pending } = await doctor(path);
    return certain ? { ...said, revision, pending: pending.length } : { ...said, pending: null };
  } catch (error) {
    if (!(error instanceof CovalentError) || error.code !== "DATABASE_UNUSABLE") throw error;
    const { certain, url, revision, head, pending } = await doctor(path);
    if (!certain) throw error;
    return { url, revision, head, pending: pending.length };
  }
}

function pendingText({ pending }: Standing): string {
  if (pending === null) return "nobody can tell: run `covalent db doctor`";
  return pending === 0 ? "nothing" : `${pending} step(s): run \`covalent db migrate\``;
}
