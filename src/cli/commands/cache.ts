import type { CacheEntryAnswer } from "../../client/cache.ts";
import { CovalentError } from "../../model/errors.ts";
import type { CommandContext } from "../command-context.ts";
import { connect, findDispatch } from "../connection.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { byteText } from "../output/byte-text.ts";
import { shortened, table } from "../output/table.ts";
import { createConfirm, type YesOption } from "./db/confirmation.ts";

export interface CacheListOptions {
  readonly name?: string;
  readonly limit: string;
}

const COLUMNS = [
  { title: "ELECTRON" },
  { title: "FROM" },
  { title: "NODE", right: true },
  { title: "VERSION" },
  { title: "SIZE", right: true },
  { title: "STORED" },
  { title: "EXPIRES" },
];

/** `covalent cache ls` */
export async function listCache(context: CommandContext, options: CacheListOptions): Promise<undefined> {
  const { terminal } = context;
  const { client } = await connect(context);
  const { entries, metadata } = await client.cache.list({
    count: wholeNumber("--limit", options.limit, 1_000),
    ...(options.name === undefined ? {} : { name: options.name }),
  });
  terminal.data({ entries, total: metadata.total });
  if (entries.length === 0) {
    terminal.print("The cache is empty. `electron({ cache: true }, ...)` puts an electron's results there.");
    return;
  }
  const rows = entries.map((entry) => row(entry, terminal.interactive));
  terminal.print(table(COLUMNS, rows, terminal.lineLimit));
  const more = metadata.total - entries.length;
  if (more > 0) terminal.print(terminal.colors.dim(`and ${more} more; --limit ${metadata.total} shows all`));
}

function row(entry: CacheEntryAnswer, isForPeople: boolean): readonly string[] {
  const time = (text: string | null): string => (text === null ? "" : new Date(text).toLocaleString("sv"));
  return [
    shortened(entry.name, 40),
    isForPeople ? entry.dispatch_id.slice(0, 8) : entry.dispatch_id,
    String(entry.node_id),
    entry.version,
    byteText(entry.size),
    time(entry.created_at),
    time(entry.expires_at),
  ];
}

/** `covalent cache explain ID NODE` */
export async function explainCache(context: CommandContext, id: string, node: string): Promise<undefined> {
  const { terminal } = context;
  const nodeId = wholeNumber("the node", node, 0x7fff_ffff);
  const { client } = await connect(context);
  const dispatchId = await findDispatch(client, id);
  const explanation = await client.cache.explain(dispatchId, nodeId);
  terminal.data({ dispatch_id: dispatchId, node_id: nodeId, ...explanation });
  const { name, outcome, because, code_reason } = explanation;
  terminal.print(`${terminal.colors.bold(name)} (node ${nodeId}): ${outcome}`);
  terminal.print(`  ${because}.`);
  if (code_reason === null) return;
  terminal.print(
    `  Its code cannot be told from the rest of its bundle: ${code_reason}. So any change of the bundle is a miss.`,
  );
}

export interface CacheClearOptions extends YesOption {
  readonly name?: string;
}

/** `covalent cache clear` */
export async function clearCache(
  context: CommandContext,
  options: CacheClearOptions,
): Promise<ExitCode | undefined> {
  const { terminal } = context;
  const { client } = await connect(context);
  const whose = options.name === undefined ? "" : ` of ${options.name}`;
  const { metadata } = await client.cache.list({
    count: 0,
    ...(options.name === undefined ? {} : { name: options.name }),
  });
  const question = `Forget ${metadata.total} cached result(s)${whose}? Dispatches keep theirs.`;
  if (metadata.total > 0 && !(await createConfirm(context, options)(question))) return EXIT.failed;
  const { forgotten } = await client.cache.clear(options.name);
  terminal.data({ forgotten });
  terminal.print(`${forgotten} cached result(s)${whose} forgotten.`);
  return undefined;
}

function wholeNumber(what: string, text: string, most: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number <= most) return number;
  throw new CovalentError("USAGE", {
    reason: `${what} must be a whole number up to ${most}, not ${text}`,
    advice:
      "`covalent show ID` shows the numbers of a dispatch's nodes; `covalent cache --help` shows the usage.",
  });
}
