import { existsSync } from "node:fs";
import { followLog } from "../../daemon/follow-log.ts";
import { logFileOf } from "../../daemon/log-file.ts";
import { CovalentError } from "../../model/errors.ts";
import { type CommandContext, configOf } from "../command-context.ts";
import { formatLogLine } from "../output/log-line.ts";

export interface LogsOptions {
  readonly follow?: true;
  readonly lines?: string;
}

/** `covalent logs`. Under `--json` the lines are printed as they are: many documents, one on each line. */
export async function logs(context: CommandContext, options: LogsOptions): Promise<undefined> {
  const { terminal } = context;
  const file = logFileOf(await configOf(context));
  const last = lineCount(options.lines);
  if (!existsSync(file) && options.follow === undefined) {
    terminal.note(`There is no log yet: ${file} is written when the server starts (\`covalent start\`).`);
    return;
  }
  const show = (line: string): void => {
    if (terminal.json) terminal.write(`${line}\n`);
    else terminal.print(formatLogLine(line, terminal.colors));
  };
  const stopped = new AbortController();
  process.once("SIGINT", () => stopped.abort());
  await followLog(file, { last, follow: options.follow === true, signal: stopped.signal, onLine: show });
}

function lineCount(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  if (/^\d+$/.test(text)) return Number(text);
  throw new CovalentError("USAGE", {
    reason: `--lines must be a whole number, not ${text}`,
    advice: "For example --lines 100.",
  });
}
