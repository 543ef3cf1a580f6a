import type { NodeAnswer } from "../../client/answers.ts";
import { CovalentError } from "../../model/errors.ts";
import type { CommandContext } from "../command-context.ts";
import { connect, findDispatch } from "../connection.ts";
import { durationMs, nodeTable, type ShownNode } from "../output/node-table.ts";
import { statusText } from "../output/status-text.ts";
import { nodesOf } from "../watch-dispatch.ts";

export interface ShowOptions {
  readonly nodes?: string;
}

/** `covalent show ID` */
export async function show(context: CommandContext, id: string, options: ShowOptions): Promise<undefined> {
  const { terminal } = context;
  const all = showsAll(options.nodes);
  const { client } = await connect(context);
  const summary = await client.summary(await findDispatch(client, id));
  const nodes = await Array.fromAsync(nodesOf(client, summary.dispatch_id));
  terminal.data({ ...summary, nodes });
  const { colors } = terminal;
  terminal.print(
    `${statusText(summary.status, colors)}  ${colors.bold(summary.name)}  ${summary.dispatch_id}`,
  );
  terminal.print(`nodes    ${summary.completed_electron_num} of ${summary.electron_num} completed`);
  terminal.print(`started  ${localTime(summary.started_at)}`);
  terminal.print(`ended    ${localTime(summary.completed_at)}`);
  if (summary.redispatch_of) terminal.print(`repeats  ${summary.redispatch_of}`);
  if (summary.paused) terminal.print("paused   nothing new starts until `covalent resume`");
  if (summary.cancel_requested) terminal.print("cancel   requested; what runs is being ended");
  if (summary.reason !== null) terminal.print(`reason   ${summary.reason}`);
  terminal.print(`\n${nodeTable(nodes.map(shownNode), terminal, all)}`);
}

function showsAll(which: string | undefined): boolean {
  if (which === undefined || which === "all") return which === "all";
  throw new CovalentError("USAGE", {
    reason: `--nodes takes \`all\`, not ${which}`,
    advice: "Leave it out to fold structural nodes.",
  });
}

function shownNode(node: NodeAnswer): ShownNode {
  const { id, name, type, status, reason, start_time, end_time, sub_dispatch_id: sub } = node;
  const time = (text: string | null): number | null => (text === null ? null : Date.parse(text));
  // `show` follows it.
  const told = reason ?? (sub === null ? null : `runs as ${sub.slice(0, 8)}`);
  return { id, name, type, status, reason: told, durationMs: durationMs(time(start_time), time(end_time)) };
}

function localTime(time: string | null): string {
  return time === null ? "-" : new Date(time).toLocaleString("sv");
}
