import {
  listQuarantine as list,
  restoreQuarantine as putBack,
} from "../../../database/diagnosis/quarantine.ts";
import type { CommandContext } from "../../command-context.ts";
import { table } from "../../output/table.ts";
import type { YesOption } from "./confirmation.ts";
import { observed } from "./observed.ts";
import { type TargetOptions, targetOf, workOn } from "./target.ts";

const COLUMNS = [{ title: "TABLE" }, { title: "ROWS", right: true }, { title: "REVISION" }, { title: "WHY" }];

/** `covalent db quarantine` */
export async function listQuarantine(context: CommandContext, options: TargetOptions): Promise<undefined> {
  const { terminal } = context;
  const kept = await list((await targetOf(context, options)).path);
  terminal.data({ quarantine: kept });
  if (kept.length === 0) terminal.print("There is nothing in quarantine.");
  else {
    const rows = kept.map((one) => [one.table, one.rows.toLocaleString("en"), one.revision, one.reason]);
    terminal.print(table(COLUMNS, rows));
  }
}

/** `covalent db quarantine restore` */
export async function restoreQuarantine(
  context: CommandContext,
  options: TargetOptions & YesOption,
): Promise<undefined> {
  const { terminal } = context;
  const outcome = await observed(context, async (report, signal) =>
    putBack({ ...(await workOn(context, options, report)), signal }),
  );
  terminal.data(outcome);
  const back = Object.entries(outcome.restored).map(
    ([name, rows]) => `${rows.toLocaleString("en")} row(s) of ${name}`,
  );
  terminal.print(back.length === 0 ? "Nothing came back." : `Back again: ${back.join(", ")}.`);
  for (const { table: name, rows } of outcome.left) {
    terminal.note(
      `note: ${rows.toLocaleString("en")} row(s) of ${name} stay aside: other rows have their ids now, the revision does not permit them, or they belong to rows that stay aside`,
    );
  }
}
