import { findRevision } from "../../../database/migration/find-revision.ts";
import { HEAD, HISTORY } from "../../../database/migration/history.ts";
import type { Revision } from "../../../database/migration/operations.ts";
import { databaseStatus } from "../../../database/status.ts";
import { CovalentError } from "../../../model/errors.ts";
import type { CommandContext } from "../../command-context.ts";
import { operationText } from "./operation-text.ts";
import { type TargetOptions, targetOf } from "./target.ts";

export interface HistoryOptions extends TargetOptions {
  readonly verbose?: true;
}

/** `covalent db history [-v]` */
export async function history(context: CommandContext, options: HistoryOptions): Promise<undefined> {
  const { terminal } = context;
  const current = await currentOf(context, options);
  const newestFirst = HISTORY.toReversed();
  terminal.data({ current, head: HEAD, revisions: newestFirst.map(documentOf) });
  const text = options.verbose
    ? newestFirst.map((revision) => details(revision, current)).join("\n\n")
    : newestFirst.map((revision) => line(revision, current)).join("\n");
  terminal.print(text);
}

/** `covalent db heads` */
export async function heads({ terminal }: CommandContext): Promise<undefined> {
  terminal.data({ heads: [HEAD] });
  terminal.print(`${HEAD} (head)`);
}

/** `covalent db show REV` */
export async function show({ terminal }: CommandContext, name: string): Promise<undefined> {
  const id = findRevision(name, null);
  const revision = HISTORY.find((known) => known.id === id);
  if (revision === undefined) throw new CovalentError("REVISION_NOT_FOUND", { revision: name });
  terminal.data(documentOf(revision));
  terminal.print(details(revision, null));
}

/** A database that cannot be looked at has a history all the same. */
async function currentOf(context: CommandContext, options: TargetOptions): Promise<string | null> {
  try {
    return (await databaseStatus((await targetOf(context, options)).path)).revision;
  } catch (error) {
    if (error instanceof CovalentError) return null;
    throw error;
  }
}

function documentOf({ id, parent, message, own, upgrade, downgrade }: Revision): object {
  return {
    revision: id,
    parent,
    message,
    own,
    upgrade: upgrade.map(operationText),
    downgrade: downgrade.map(operationText),
  };
}

function line({ id, parent, message }: Revision, current: string | null): string {
  return `${parent ?? "<base>"} -> ${id}${marks(id, current)}, ${message}`;
}

function details({ id, parent, message, own, upgrade, downgrade }: Revision, current: string | null): string {
  const list = (sentences: readonly string[]): string => sentences.map((one) => `\n    ${one}`).join("");
  return [
    `Revision: ${id}${marks(id, current)}`,
    `Parent:   ${parent ?? "<base>"}`,
    `Message:  ${message}${own ? "" : " (of the original)"}`,
    `Upgrade:${list(upgrade.map(operationText))}`,
    `Downgrade:${list(downgrade.map(operationText))}`,
  ].join("\n");
}

function marks(id: string, current: string | null): string {
  return `${id === HEAD ? " (head)" : ""}${id === current ? " (current)" : ""}`;
}
