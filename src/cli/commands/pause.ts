import type { CommandContext } from "../command-context.ts";
import { connect, findDispatch } from "../connection.ts";

/** `covalent pause ID` and `covalent resume ID` */
export async function setPaused(context: CommandContext, id: string, paused: boolean): Promise<undefined> {
  const { terminal } = context;
  const { client } = await connect(context);
  const dispatchId = await findDispatch(client, id);
  await client.setPaused(dispatchId, paused);
  terminal.data({ dispatch_id: dispatchId, paused });
  terminal.print(
    `dispatch ${dispatchId} ${paused ? "is paused; `covalent resume` lets it go on" : "goes on"}`,
  );
}
