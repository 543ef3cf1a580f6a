import { getResult } from "../../client/result.ts";
import type { CommandContext } from "../command-context.ts";
import { connect } from "../connection.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { lostServer, type ServerTimeout } from "../lost-server.ts";
import { watchedDocument } from "../output/dispatch-document.ts";
import { headline, printOutcome } from "../output/outcome.ts";
import { createProgress } from "../output/progress.ts";
import { type SubmitOptions, submitWorkflow } from "../submit-workflow.ts";
import { type Watched, watchDispatch } from "../watch-dispatch.ts";

/** `covalent run FILE[#name]` */
export async function run(
  context: CommandContext,
  target: string,
  options: SubmitOptions & ServerTimeout,
): Promise<ExitCode> {
  const { terminal } = context;
  const connection = await connect(context);
  const lost = lostServer(terminal, connection.url, options);
  const { dispatchId, name } = await submitWorkflow(context, connection, target, options);
  const interrupted = new AbortController();
  // Only from here on: before there is a dispatch, Ctrl-C just ends the command.
  process.once("SIGINT", () => interrupted.abort());
  terminal.print(`${terminal.colors.bold(name)}  ${dispatchId}`);
  const known: Watched = { status: null, startedAt: null, nodes: new Map() };
  const progress = createProgress(terminal);
  const watching = { signal: interrupted.signal, lost, onChange: progress.onChange };
  try {
    await watchDispatch(connection.client, dispatchId, known, watching);
  } catch (error) {
    if (!interrupted.signal.aborted) {
      terminal.note(`Dispatch ${dispatchId} was started. ${later(dispatchId)}`);
      throw error;
    }
  } finally {
    progress.end();
  }
  if (interrupted.signal.aborted) {
    terminal.data(watchedDocument({ dispatchId, name }, known));
    terminal.note(`Detached; the workflow goes on. ${later(dispatchId)}`);
    // What was asked for, its result, is not there.
    return EXIT.failed;
  }
  const result = await lost.patiently(() => getResult(dispatchId, { ...connection, wait: true }));
  terminal.print(headline(result, terminal));
  return printOutcome(result, terminal);
}

function later(dispatchId: string): string {
  return `\`covalent result ${dispatchId} --wait\` waits for its result.`;
}
