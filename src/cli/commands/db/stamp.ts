import { stampDatabase } from "../../../database/maintenance/stamp.ts";
import type { CommandContext } from "../../command-context.ts";
import type { YesOption } from "./confirmation.ts";
import { observed } from "./observed.ts";
import { type TargetOptions, workOn } from "./target.ts";

export interface StampOptions extends TargetOptions, YesOption {
  readonly force?: true;
}

/** `covalent db stamp REV [--force]` */
export async function stamp(
  context: CommandContext,
  revision: string,
  options: StampOptions,
): Promise<undefined> {
  const { terminal } = context;
  const outcome = await observed(context, async (report) =>
    stampDatabase({ ...(await workOn(context, options, report)), revision, force: options.force === true }),
  );
  terminal.data(outcome);
  terminal.print(`The database says now that it is at revision ${outcome.revision ?? "base"}.`);
}
