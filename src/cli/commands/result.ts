import { getResult } from "../../client/result.ts";
import { waitForEnd } from "../../client/wait.ts";
import { isTerminal } from "../../model/status.ts";
import type { CommandContext } from "../command-context.ts";
import { connect, findDispatch } from "../connection.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { lostServer, type ServerTimeout } from "../lost-server.ts";
import { dispatchDocument } from "../output/dispatch-document.ts";
import { printOutcome } from "../output/outcome.ts";

export interface ResultOptions extends ServerTimeout {
  readonly wait?: true;
}

/** `covalent result ID`. A dispatch that has not ended has no result: exit code 1. */
export async function result(context: CommandContext, id: string, options: ResultOptions): Promise<ExitCode> {
  const { terminal } = context;
  const connection = await connect(context);
  const dispatchId = await findDispatch(connection.client, id);
  const lost = lostServer(terminal, connection.url, options);
  const read = () => getResult(dispatchId, connection);
  if (options.wait) await waitForEnd(connection.client, dispatchId, lost);
  const found = await (options.wait ? lost.patiently(read) : read());
  if (isTerminal(found.status)) return printOutcome(found, terminal);
  terminal.data(await dispatchDocument(found));
  terminal.note(`The dispatch is ${found.status} and has no result yet; --wait waits for it.`);
  return EXIT.failed;
}
