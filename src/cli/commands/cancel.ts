import { cancel as cancelDispatch } from "../../client/control.ts";
import { CovalentError } from "../../model/errors.ts";
import type { CommandContext } from "../command-context.ts";
import { connect, findDispatch } from "../connection.ts";

export interface CancelCommandOptions {
  readonly nodes?: string;
  readonly wait?: true;
}

/** `covalent cancel ID [--nodes 1,2] [--wait]` */
export async function cancel(
  context: CommandContext,
  id: string,
  options: CancelCommandOptions,
): Promise<undefined> {
  const { terminal } = context;
  const wait = options.wait === true;
  const nodes = options.nodes === undefined ? undefined : nodeIds(options.nodes);
  const connection = await connect(context);
  const dispatchId = await findDispatch(connection.client, id);
  const { url, token } = connection;
  await cancelDispatch(dispatchId, { url, ...(token && { token }), ...(nodes && { nodes }), wait });
  const { status } = await connection.client.summary(dispatchId);
  terminal.data({ dispatch_id: dispatchId, status, ...(nodes && { nodes }) });
  const what =
    nodes === undefined ? `dispatch ${dispatchId}` : `nodes ${nodes.join(", ")} of dispatch ${dispatchId}`;
  terminal.print(`${wait ? "cancelled" : "cancelling"} ${what}; the dispatch is ${status}`);
}

/** @throws {CovalentError} `USAGE` */
function nodeIds(text: string): number[] {
  const parts = text.split(",").map((part) => part.trim());
  if (parts.every((part) => /^\d{1,9}$/.test(part))) return parts.map(Number);
  throw new CovalentError("USAGE", {
    reason: `--nodes takes the ids of nodes, not ${text}`,
    advice: "Write them with commas: --nodes 1,2. `covalent show` lists them.",
  });
}
