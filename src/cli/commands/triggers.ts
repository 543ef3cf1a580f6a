import type { Client } from "../../client/client.ts";
import type { TriggerAnswer } from "../../client/triggers.ts";
import { CovalentError } from "../../model/errors.ts";
import type { CommandContext } from "../command-context.ts";
import { connect, findDispatch } from "../connection.ts";
import { shortened, table } from "../output/table.ts";

export interface TriggerListOptions {
  readonly all?: true;
}

const COLUMNS = [
  { title: "TRIGGER" },
  { title: "DISPATCH" },
  { title: "LATTICE" },
  { title: "WAITS FOR" },
  { title: "FIRED", right: true },
  { title: "LAST" },
  { title: "NEXT" },
  { title: "STATE" },
];

/** As many as one answer holds. */
const MOST = 1_000;

/** `covalent triggers ls` */
export async function listTriggers(context: CommandContext, options: TriggerListOptions): Promise<undefined> {
  const { terminal } = context;
  const { client } = await connect(context);
  const { triggers, metadata } = await client.triggers.list({ all: options.all ?? false, count: MOST });
  terminal.data({ triggers, total: metadata.total });
  if (triggers.length === 0) {
    terminal.print(
      'There are no triggers. `lattice({ triggers: [timeTrigger({ every: "1h" })] }, ...)` has one.',
    );
    return;
  }
  const rows = triggers.map((trigger) => row(trigger, terminal.interactive));
  terminal.print(table(COLUMNS, rows, terminal.lineLimit));
}

function row(trigger: TriggerAnswer, isForPeople: boolean): readonly string[] {
  const id = (text: string): string => (isForPeople ? text.slice(0, 8) : text);
  const time = (text: string | null): string => (text === null ? "" : new Date(text).toLocaleString("sv"));
  return [
    id(trigger.id),
    id(trigger.dispatch_id),
    shortened(trigger.lattice_name ?? "gone", 30),
    shortened(awaited(trigger.definition), 50),
    String(trigger.fired),
    time(trigger.fired_at),
    trigger.stopped_at === null && trigger.paused_at === null ? time(trigger.due_at) : "",
    state(trigger),
  ];
}

function state({ stopped_at, paused_at, problem }: TriggerAnswer): string {
  if (stopped_at !== null) return "stopped";
  return paused_at === null ? (problem ?? "observed") : "paused";
}

/** What a trigger waits for, in a few words. */
function awaited({ name, ...fields }: TriggerAnswer["definition"]): string {
  switch (name) {
    case "TimeTrigger":
      return fields.cron === undefined
        ? `every ${fields.time_gap} s`
        : [fields.cron, fields.timezone].filter(Boolean).join(" ");
    case "DirTrigger":
      return `${[fields.event_names].flat().join(", ")} in ${fields.dir_path}`;
    case "BaseTrigger":
      return "somebody who fires it";
    default:
      return `rows of ${fields.table_name} in ${fields.db_path}`;
  }
}

/** `covalent triggers fire ID` */
export async function fireTrigger(context: CommandContext, prefix: string): Promise<undefined> {
  const { terminal } = context;
  const { client } = await connect(context);
  const { dispatch_id } = await client.triggers.fire((await findTrigger(client, prefix)) ?? prefix);
  terminal.data({ dispatch_id });
  terminal.print(dispatch_id);
}

/** `covalent triggers pause ID` and `covalent triggers resume ID` */
export async function setTriggerPaused(
  context: CommandContext,
  prefix: string,
  paused: boolean,
): Promise<undefined> {
  const { terminal } = context;
  const { client } = await connect(context);
  const trigger = await client.triggers.setPaused((await findTrigger(client, prefix)) ?? prefix, paused);
  terminal.data(trigger);
  terminal.print(`Trigger ${trigger.id} is ${paused ? "paused" : "observed again"}.`);
}

/** `covalent triggers stop ID` */
export async function stopTrigger(context: CommandContext, prefix: string): Promise<undefined> {
  const { terminal } = context;
  const { client } = await connect(context);
  const id = await findTrigger(client, prefix);
  const { stopped } =
    id === undefined
      ? await client.triggers.stopOf([await findDispatch(client, prefix)])
      : await client.triggers.stop(id);
  terminal.data({ stopped });
  terminal.print(`${stopped.length} trigger(s) stopped.`);
}

/** By the beginning of its id. `undefined` when none begins so. @throws {CovalentError} `USAGE` when several do */
async function findTrigger(client: Client, prefix: string): Promise<string | undefined> {
  const { triggers } = await client.triggers.list({ count: MOST });
  const found = triggers.filter(({ id }) => id.startsWith(prefix));
  if (found.length < 2) return found[0]?.id;
  throw new CovalentError("USAGE", {
    reason: `${found.length} triggers begin with ${prefix}`,
    advice: "Give more of the id; `covalent triggers ls` shows them.",
  });
}
