import type { SummaryAnswer } from "../../client/answers.ts";
import { formatDuration } from "../../model/duration.ts";
import { CovalentError } from "../../model/errors.ts";
import { STATUSES } from "../../model/status.ts";
import type { CommandContext } from "../command-context.ts";
import { connect } from "../connection.ts";
import { statusText } from "../output/status-text.ts";
import { shortened, table } from "../output/table.ts";
import type { Terminal } from "../output/terminal.ts";

export interface ListOptions {
  readonly status?: string;
  readonly search?: string;
  readonly limit: string;
  readonly sublattices?: true;
}

/** `covalent list` */
export async function list(context: CommandContext, options: ListOptions): Promise<undefined> {
  const { terminal } = context;
  const { status, search } = options;
  const query = {
    count: limitOf(options.limit),
    ...(status === undefined ? {} : { statuses: [statusOf(status)] }),
    ...(search === undefined ? {} : { search }),
    subDispatches: options.sublattices === true,
  };
  const { client } = await connect(context);
  const { dispatches, metadata } = await client.list(query);
  terminal.data({ dispatches, total: metadata.total });
  if (dispatches.length === 0) terminal.print("There are no dispatches that match.");
  else
    terminal.print(
      table(
        COLUMNS,
        dispatches.map((one) => row(one, terminal)),
        terminal.lineLimit,
      ),
    );
  const more = metadata.total - dispatches.length;
  if (more > 0) terminal.print(terminal.colors.dim(`and ${more} more; --limit ${metadata.total} shows all`));
}

const COLUMNS = [
  { title: "ID" },
  { title: "NAME" },
  { title: "STATUS" },
  { title: "NODES", right: true },
  { title: "STARTED" },
  { title: "TIME", right: true },
];

/** People get the beginning of an id, which every command takes; programs all of it. */
function row(one: SummaryAnswer, { interactive, colors }: Terminal): readonly string[] {
  const { dispatch_id, started_at, interrupted } = one;
  return [
    interactive ? dispatch_id.slice(0, 8) : dispatch_id,
    shortened(one.name, 40),
    interrupted ? colors.yellow(`▸ ${one.status}, interrupted`) : statusText(one.status, colors),
    `${one.completed_electron_num}/${one.electron_num}`,
    started_at === null ? "" : new Date(started_at).toLocaleString("sv"),
    durationOf(one),
  ];
}

/** Nobody knows how long one ran that was interrupted. */
function durationOf({ started_at, completed_at, interrupted }: SummaryAnswer): string {
  if (started_at === null || (completed_at === null && interrupted)) return "";
  const endedAt = completed_at === null ? Date.now() : Date.parse(completed_at);
  return formatDuration(endedAt - Date.parse(started_at));
}

function limitOf(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= 1_000) return limit;
  throw new CovalentError("USAGE", {
    reason: `--limit must be a whole number from 1 to 1000, not ${text}`,
    advice: "20 when absent.",
  });
}

function statusOf(text: string): string {
  const status = text.toUpperCase();
  if (STATUSES.some((known) => known === status)) return status;
  throw new CovalentError("USAGE", {
    reason: `there is no status ${text}`,
    advice: `The statuses are ${STATUSES.join(", ")}.`,
  });
}
