import type { Client } from "../../client/client.ts";
import type { CommandContext } from "../command-context.ts";
import { connect, findDispatch } from "../connection.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { byteText } from "../output/byte-text.ts";
import { createConfirm, type YesOption } from "./db/confirmation.ts";

/** As many deleted ones as are looked at for the beginning of an id. */
const MOST = 1_000;

/** `covalent purge [ID...]` */
export async function purge(
  context: CommandContext,
  beginnings: readonly string[],
  options: YesOption,
): Promise<ExitCode | undefined> {
  const { terminal } = context;
  const { client } = await connect(context);
  const deleted = await client.trash.list({ count: MOST });
  const named = await Promise.all(beginnings.map((text) => find(client, deleted.dispatches, text)));
  const count = named.length > 0 ? named.length : deleted.metadata.total;
  const what = named.length > 0 ? `${count} dispatch(es)` : `all ${count} deleted dispatch(es)`;
  if (count > 0 && !(await createConfirm(context, options)(`Remove ${what} for good?`))) return EXIT.failed;
  for (const { dispatchId, isDeleted } of named)
    if (!isDeleted) await client.trash.setDeleted(dispatchId, true);
  const ids = named.map(({ dispatchId }) => dispatchId);
  // With nothing deleted, too: what a broken import has left is removed.
  const purged = await client.trash.purge(ids.length > 0 ? ids : undefined);
  terminal.data(purged);
  const { dispatches, freed_bytes, postponed } = purged;
  terminal.print(`${dispatches} dispatch(es) removed, ${byteText(freed_bytes)} freed.`);
  if (postponed > 0) terminal.note(`${postponed} file(s) were used a moment ago: they go in half a minute.`);
  return undefined;
}

interface Named {
  readonly dispatchId: string;
  readonly isDeleted: boolean;
}

/** A deleted dispatch by the beginning of its id, else one that is still to be seen. */
async function find(
  client: Client,
  deleted: readonly { readonly dispatch_id: string }[],
  beginning: string,
): Promise<Named> {
  const ids = deleted.map((one) => one.dispatch_id).filter((id) => id.startsWith(beginning.toLowerCase()));
  const [dispatchId, ...others] = beginning === "" ? [] : ids;
  if (dispatchId !== undefined && others.length === 0) return { dispatchId, isDeleted: true };
  return { dispatchId: await findDispatch(client, beginning), isDeleted: false };
}
