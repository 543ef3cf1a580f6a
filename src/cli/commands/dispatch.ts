import type { CommandContext } from "../command-context.ts";
import { connect } from "../connection.ts";
import { type SubmitOptions, submitWorkflow } from "../submit-workflow.ts";

/** `covalent dispatch FILE[#name]`: its output is the id alone, for `$(...)`. */
export async function dispatch(
  context: CommandContext,
  target: string,
  options: SubmitOptions,
): Promise<undefined> {
  const connection = await connect(context);
  const { dispatchId, name } = await submitWorkflow(context, connection, target, options);
  context.terminal.data({ dispatch_id: dispatchId, name });
  context.terminal.print(dispatchId);
}
