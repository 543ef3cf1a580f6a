import type { Result } from "../../client/result.ts";
import { formatDuration } from "../../model/duration.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { type DispatchDocument, dispatchDocument } from "./dispatch-document.ts";
import { durationMs } from "./node-table.ts";
import { statusText } from "./status-text.ts";
import type { Terminal } from "./terminal.ts";
import { formatValue } from "./value.ts";

/** Prints what a dispatch came to: its result, or which nodes failed with the user's own errors. Gives the exit code. */
export async function printOutcome(result: Result, terminal: Terminal): Promise<ExitCode> {
  const document = await dispatchDocument(result);
  terminal.data(document);
  if (document.error === null) terminal.print(formatValue(result.result, terminal));
  else if (!terminal.json) printFailure(document, terminal);
  return result.status === "COMPLETED" ? EXIT.done : EXIT.failed;
}

/** `✔ COMPLETED  select-model  in 3.2 s` */
export function headline({ name, status, startedAt, endedAt }: Result, { colors }: Terminal): string {
  const took = durationMs(startedAt, endedAt);
  return `${statusText(status, colors)}  ${colors.bold(name)}${took === null ? "" : `  in ${formatDuration(took)}`}`;
}

function printFailure({ error, dispatch_id }: DispatchDocument, terminal: Terminal): void {
  const { red, bold, cyan } = terminal.noteColors;
  terminal.note(`${red("error:")} ${error?.message ?? ""}`);
  for (const { id, name, message, stack } of error?.nodes ?? []) {
    terminal.note(`\n${red("✖")} ${bold(name)} (node ${id})`);
    terminal.note((stack === "" ? message : stack).replaceAll(/^/gm, "  "));
  }
  terminal.note(`\n${cyan("hint:")} \`covalent show ${dispatch_id}\` shows every node.`);
}
