import { downgradeDatabase } from "../../../database/maintenance/migrate.ts";
import type { CommandContext } from "../../command-context.ts";
import type { ExitCode } from "../../exit-code.ts";
import { changeSchema, type SchemaChangeOptions } from "./migrate.ts";

/** `covalent db downgrade REV|-N` */
export function downgrade(
  context: CommandContext,
  revision: string,
  options: SchemaChangeOptions,
): Promise<ExitCode | undefined> {
  return changeSchema(context, options, (change) => downgradeDatabase({ ...change, to: revision }));
}
