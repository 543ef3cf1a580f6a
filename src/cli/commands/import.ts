import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { CovalentError } from "../../model/errors.ts";
import type { CommandContext } from "../command-context.ts";
import { connect } from "../connection.ts";

/** `covalent import FILE`: its output is the dispatch id alone, for `$(...)`. */
export async function importDispatch(context: CommandContext, path: string): Promise<undefined> {
  const { terminal, cwd } = context;
  const file = resolve(cwd, path);
  const found = await stat(file).catch(() => undefined);
  if (found?.isFile() !== true) {
    const advice = "Give a file that `covalent export` has written.";
    throw new CovalentError("FILE_NOT_FOUND", { file, advice });
  }
  const { client } = await connect(context);
  // Before the file is sent: without a server that would be for nothing.
  await client.health();
  const answer = await client.archives.import(createReadStream(file));
  const { dispatch_id, name, imported, dispatches, nodes } = answer;
  terminal.data(answer);
  const others = dispatches > 1 ? ` and ${dispatches - 1} of its sublattices` : "";
  terminal.note(
    imported
      ? `imported ${name}${others}: ${nodes} node(s)`
      : `${name} is here already, and was left as it is`,
  );
  terminal.print(dispatch_id);
}
