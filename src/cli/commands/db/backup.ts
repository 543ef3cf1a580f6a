import { backupDatabase } from "../../../database/maintenance/backup.ts";
import { backupsDirectory, listBackups } from "../../../database/maintenance/backup-files.ts";
import type { CommandContext } from "../../command-context.ts";
import { byteText } from "../../output/byte-text.ts";
import { table } from "../../output/table.ts";
import { observed } from "./observed.ts";
import { type TargetOptions, targetOf } from "./target.ts";

/** `covalent db backup [FILE]` */
export async function backup(
  context: CommandContext,
  file: string | undefined,
  options: TargetOptions,
): Promise<undefined> {
  const { terminal } = context;
  const target = file === undefined ? {} : { file };
  const made = await observed(context, async (report, signal) =>
    backupDatabase({ ...(await targetOf(context, options)), ...target, report, signal }),
  );
  terminal.data(made);
}

/** `covalent db backups` */
export async function backups(context: CommandContext, options: TargetOptions): Promise<undefined> {
  const { terminal } = context;
  const { path } = await targetOf(context, options);
  const directory = backupsDirectory(path);
  const list = listBackups(path);
  terminal.data({ directory, backups: list });
  if (list.length === 0) terminal.print(`There are no backups in ${directory}.`);
  else {
    terminal.print(
      table(
        [{ title: "FILE" }, { title: "MADE" }, { title: "REVISION" }, { title: "SIZE", right: true }],
        list.map((one) => [
          one.path,
          new Date(one.madeAt).toLocaleString("sv"),
          one.revision,
          byteText(one.size),
        ]),
      ),
    );
  }
}
