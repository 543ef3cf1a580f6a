import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { INLINE_LIMIT, MAX_PAYLOAD_TEXT } from "../../model/payload.ts";
import type { OutputRange } from "../../worker/protocol.ts";
import type { ProducedPayload } from "../executor.ts";

/**
 * What an attempt wrote: a range of its worker's output file, as a payload. Large ones are copied to the staging directory. It
 * never rejects: of a log that cannot be had, the payload says why.
 *
 * @param name names the copy; the same attempt overwrites its own copy when it is read again after a crash
 * @returns `undefined` when it wrote nothing.
 */
export async function readLog(
  path: string,
  range: OutputRange,
  stagingDirectory: string,
  name: string,
): Promise<ProducedPayload | undefined> {
  if (range.end <= range.start) return undefined;
  try {
    // Of a worker that died the end is not known: it is that of the file.
    const end = Number.isFinite(range.end) ? range.end : (await stat(path)).size;
    if (end <= range.start) return undefined;
    return await readRange(path, { start: range.start, end }, stagingDirectory, name);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return inlineLog(Buffer.from(`[covalent: what the task wrote here could not be kept: ${reason}]\n`));
  }
}

function readRange(
  path: string,
  range: OutputRange,
  stagingDirectory: string,
  name: string,
): Promise<ProducedPayload> {
  const small = range.end - range.start <= INLINE_LIMIT;
  return small ? readSmall(path, range) : copyLarge(path, range, join(stagingDirectory, name));
}

async function readSmall(path: string, { start, end }: OutputRange): Promise<ProducedPayload> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(end - start), 0, end - start, start);
  return inlineLog(buffer.subarray(0, bytesRead));
}

function inlineLog(inline: Buffer): ProducedPayload {
  const digest = createHash("sha256").update(inline).digest("hex");
  return { digest, size: inline.length, codec: "text", inline, text: textOf(inline) };
}

async function copyLarge(
  path: string,
  { start, end }: OutputRange,
  target: string,
): Promise<ProducedPayload> {
  const hash = createHash("sha256");
  let size = 0;
  let head = Buffer.alloc(0);
  await using file = await open(`${target}.part`, "w", 0o600);
  for await (const chunk of createReadStream(path, { start, end: end - 1 })) {
    const bytes = chunk as Buffer;
    hash.update(bytes);
    size += bytes.length;
    if (head.length < MAX_PAYLOAD_TEXT) head = Buffer.concat([head, bytes]);
    await file.appendFile(bytes);
  }
  await rename(`${target}.part`, target);
  return { digest: hash.digest("hex"), size, codec: "text", text: textOf(head), file: target };
}

function textOf(bytes: Buffer): string {
  return bytes.toString("utf8", 0, MAX_PAYLOAD_TEXT * 4).slice(0, MAX_PAYLOAD_TEXT);
}
