import { createHash } from "node:crypto";
import { closeSync, openSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";
import { INLINE_LIMIT, type PayloadRef } from "../model/payload.ts";
import type { ReportedOutput } from "./protocol.ts";

/** What an attempt puts out, in pieces one behind the other. */
export interface Output extends Pick<PayloadRef, "codec"> {
  readonly bytes: readonly Uint8Array[];
  /** Of all bytes, where it is known. */
  readonly digest?: string;
  readonly text: string;
}

/** An output where the server finds it: small ones travel, large ones are in a file in the store's staging directory. */
export interface KeptOutput {
  readonly output: ReportedOutput;
  readonly body?: Uint8Array;
}

/** @throws the error of the file system, when a large output cannot be written. */
export function keepOutput(
  { bytes, codec, text, ...known }: Output,
  token: string,
  stagingDirectory: string,
): KeptOutput {
  const size = bytes.reduce((sum, piece) => sum + piece.length, 0);
  const output = { digest: known.digest ?? digestOf(bytes), size, codec, text };
  if (size <= INLINE_LIMIT) {
    const [only, ...others] = bytes;
    const body = only !== undefined && others.length === 0 ? only : Buffer.concat(bytes);
    return { output: { ...output, file: null }, body };
  }
  // Under its final name only when it is whole: the spool names it, and whoever reads the spool takes the file as it is.
  const file = join(stagingDirectory, `output-${token}`);
  write(`${file}.part`, bytes);
  renameSync(`${file}.part`, file);
  return { output: { ...output, file } };
}

function digestOf(bytes: readonly Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const piece of bytes) hash.update(piece);
  return hash.digest("hex");
}

function write(path: string, bytes: readonly Uint8Array[]): void {
  const fd = openSync(path, "w", 0o600);
  try {
    for (const piece of bytes)
      for (let written = 0; written < piece.length; ) written += writeSync(fd, piece, written);
  } finally {
    closeSync(fd);
  }
}
