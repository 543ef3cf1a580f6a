import { createWriteStream } from "node:fs";
import { rename, rm, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { CovalentError } from "../../model/errors.ts";
import type { CommandContext } from "../command-context.ts";
import { connect, findDispatch } from "../connection.ts";
import { byteText } from "../output/byte-text.ts";

export interface ExportOptions {
  readonly output?: string;
  readonly force?: true;
}

/** `covalent export ID`: its output is the file's path alone. */
export async function exportDispatch(
  context: CommandContext,
  id: string,
  { output, force }: ExportOptions,
): Promise<undefined> {
  const { terminal, cwd } = context;
  const { client } = await connect(context);
  const dispatchId = await findDispatch(client, id);
  const file = resolve(cwd, output ?? `covalent-${dispatchId.slice(0, 8)}.tar.gz`);
  if (!force && (await isThere(file))) {
    throw new CovalentError("USAGE", {
      reason: `${file} is there already`,
      advice: "Name another with --output, or overwrite it with --force.",
    });
  }
  const bytes = await client.archives.export(dispatchId);
  // Under a name of its own until all of it is there: a file with the right name is whole.
  const partial = `${file}.${process.pid}.part`;
  try {
    await pipeline(bytes, createWriteStream(partial, { mode: 0o600, flush: true }));
    await rename(partial, file);
  } catch (cause) {
    await rm(partial, { force: true });
    throw failure(file, cause);
  }
  const { size } = await stat(file);
  terminal.data({ dispatch_id: dispatchId, file, size });
  terminal.note(`dispatch ${dispatchId}: ${byteText(size)}`);
  terminal.print(file);
}

async function isThere(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined)) !== undefined;
}

function failure(file: string, cause: unknown): CovalentError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const isConnection = code === "ECONNRESET" || code === "ERR_STREAM_PREMATURE_CLOSE";
  const reason = isConnection
    ? "the export broke off before its end; nothing was written"
    : `${file} cannot be written: ${message}`;
  const advice = isConnection
    ? "Try again; `covalent logs` has the reason if the server had one."
    : "Name another file with --output.";
  return new CovalentError("USAGE", { reason, advice }, { cause });
}
