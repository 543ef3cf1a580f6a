import { existsSync } from "node:fs";
import { followLog } from "../../daemon/follow-log.ts";
import { logFileOf } from "../../daemon/log-file.ts";
import { CovalentError } from "../../model/errors.ts";
import { type CommandContext, configOf } from "../command-context.ts";
import { formatLogLine } from "../output/log-line.ts";

export interface LogsOptions {
  /** Of a dispatch, for what one of its nodes printed; the server's log without it. */
  readonly id?: string | undefined;
  readonly node?: string | undefined;
  readonly attempt?: string;
  readonly serverTimeout?: string;
  readonly follow?: true;
  readonly lines?: string;
}

/** `covalent logs`. Under `--json` the lines are printed as they are: many documents, one on each line. */
export async function logs(context: CommandContext, options: LogsOptions): Promise<undefined> {
  const { terminal } = context;
  if (options.id !== undefined) return ofNode(context, options.id, options);
  if (options.attempt !== undefined)
    throw new CovalentError("USAGE", {
      reason: "--attempt is of a node, and none is given",
      advice: "For example `covalent logs 3f2a fit --attempt 1`.",
    });
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

async function ofNode(context: CommandContext, id: string, options: LogsOptions): Promise<undefined> {
  const { node, lines, ...rest } = options;
  if (node === undefined)
    throw new CovalentError("USAGE", {
      reason: "which node's output is not said",
      advice: `Give its id or name: \`covalent logs ${id} NODE\`; \`covalent show ${id}\` lists the nodes.`,
    });
  const { printed } = await import("./printed.ts");
  return printed(context, id, node, { ...rest, last: lineCount(lines) });
}

function lineCount(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  if (/^\d+$/.test(text)) return Number(text);
  throw new CovalentError("USAGE", {
    reason: `--lines must be a whole number, not ${text}`,
    advice: "For example --lines 100.",
  });
}
