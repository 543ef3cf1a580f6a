import { scanFiles } from "../../../database/maintenance/scan-files.ts";
import type { CommandContext } from "../../command-context.ts";
import { observed } from "./observed.ts";
import { type TargetOptions, targetOf } from "./target.ts";

/** `covalent db assets scan` */
export async function scanAssets(context: CommandContext, options: TargetOptions): Promise<undefined> {
  const { terminal } = context;
  const outcome = await observed(context, async (report, signal) =>
    scanFiles({ ...(await targetOf(context, options)), report, signal }),
  );
  terminal.data(outcome);
  const { measured, missing } = outcome;
  terminal.print(
    `${measured.toLocaleString("en")} file(s) found and measured, ${missing.toLocaleString("en")} not found.`,
  );
}
