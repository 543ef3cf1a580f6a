import type { CommandContext } from "../command-context.ts";
import { connect } from "../connection.ts";
import { planDocument, planText } from "../output/plan-document.ts";
import { planWorkflow, type SubmitOptions, submitWorkflow } from "../submit-workflow.ts";

export interface DispatchCommandOptions extends SubmitOptions {
  readonly plan?: true;
}

/** `covalent dispatch FILE[#name]`: its output is the id alone, for `$(...)`; with `--plan`, what would run. */
export async function dispatch(
  context: CommandContext,
  target: string,
  options: DispatchCommandOptions,
): Promise<undefined> {
  const { terminal } = context;
  if (options.plan) {
    const plan = planDocument(await planWorkflow(context, target, options));
    terminal.data(plan);
    terminal.print(planText(plan, terminal));
    return;
  }
  const connection = await connect(context);
  const { dispatchId, name } = await submitWorkflow(context, connection, target, options);
  terminal.data({ dispatch_id: dispatchId, name });
  terminal.print(dispatchId);
}
