import { CovalentError } from "../../../model/errors.ts";
import type { CommandContext } from "../../command-context.ts";
import type { ExitCode } from "../../exit-code.ts";
import { downgrade as takeBack } from "./downgrade.ts";
import { migrate, type SchemaChangeOptions } from "./migrate.ts";
import { sql } from "./sql.ts";

export interface AlembicOptions extends SchemaChangeOptions {
  readonly sql?: true;
}

/** `covalent db alembic upgrade REV [--sql]` */
export async function upgrade(
  context: CommandContext,
  revision: string,
  options: AlembicOptions,
): Promise<ExitCode | undefined> {
  if (!options.sql) return migrate(context, { ...options, to: revision });
  // As the original has it: an upgrade to one revision begins with nothing.
  return sql(context, revision.includes(":") ? revision : `base:${revision}`);
}

/** `covalent db alembic downgrade REV [--sql]` */
export async function downgrade(
  context: CommandContext,
  revision: string,
  options: AlembicOptions,
): Promise<ExitCode | undefined> {
  if (!options.sql) return takeBack(context, revision, options);
  if (revision.includes(":")) return sql(context, revision);
  throw new CovalentError("USAGE", {
    reason: "a downgrade with --sql needs both revisions",
    advice: "Write FROM:TO, for example 7e9fb153ecfb:7b40a55c0752.",
  });
}
