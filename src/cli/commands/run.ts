import { getResult } from "../../client/result.ts";
import type { CommandContext } from "../command-context.ts";
import { connect } from "../connection.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { headline, printOutcome } from "../output/outcome.ts";
import { createProgress } from "../output/progress.ts";
import { type SubmitOptions, submitWorkflow } from "../submit-workflow.ts";
import { watchDispatch } from "../watch-dispatch.ts";

/** `covalent run FILE[#name]` */
export async function run(
  context: CommandContext,
  target: string,
  options: SubmitOptions,
): Promise<ExitCode> {
  const { terminal } = context;
  const connection = await connect(context);
  const { dispatchId, name } = await submitWorkflow(context, connection, target, options);
  const interrupted = new AbortController();
  // Only from here on: before there is a dispatch, Ctrl-C just ends the command.
  process.once("SIGINT", () => interrupted.abort());
  terminal.print(`${terminal.colors.bold(name)}  ${dispatchId}`);
  const progress = createProgress(terminal);
  try {
    await watchDispatch(connection.client, dispatchId, {
      signal: interrupted.signal,
      onChange: progress.onChange,
    });
  } catch (error) {
    if (!interrupted.signal.aborted) throw error;
  } finally {
    progress.end();
  }
  if (interrupted.signal.aborted) return detached(context, dispatchId);
  const result = await getResult(dispatchId, { ...connection, wait: true });
  terminal.print(headline(result, terminal));
  return printOutcome(result, terminal);
}

/** The workflow goes on without us; what was asked for, its result, is not there. */
function detached({ terminal }: CommandContext, dispatchId: string): ExitCode {
  terminal.data({ dispatch_id: dispatchId, status: "RUNNING", result: null, error: null, nodes: [] });
  terminal.note(
    `Detached; the workflow goes on. \`covalent result ${dispatchId} --wait\` waits for its result.`,
  );
  return EXIT.failed;
}
