import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { join, sep } from "node:path";
import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import { openRecordedFile } from "../database/recorded-file.ts";
import type { AssetRecord } from "../database/repositories/asset-repository.ts";
import { CovalentError } from "../model/errors.ts";
import { INLINE_LIMIT } from "../model/payload.ts";
import { type ObjectName, objectNameOf } from "./object-names.ts";
import { asPythonObject, CONVERTIBLE } from "./old-pickle.ts";
import { sendRange, type WantedBytes } from "./routes/assets.ts";
import type { Services } from "./services.ts";

/**
 * Files that the original wrote, and that an upgraded database names by directory and file. They are read where they are, and may
 * be gone. Nothing that a client sends becomes such a name.
 */
export interface OldFile extends Pick<AssetRecord, "storagePath" | "objectKey"> {
  readonly name: ObjectName;
  /** True when its size and digest are still to be found out: whoever reads it does. */
  readonly isUnmeasured: boolean;
  /** Where the original kept its dispatches, as configured now: for data that was moved since it was recorded. */
  readonly resultsDir: string | undefined;
}

const KINDS: ReadonlySet<string> = new Set(["file", "local"]);

/** The file of the original's that an asset is, if it is one. */
export function oldFileOf(
  asset: AssetRecord | undefined,
  name: ObjectName,
  { resultsDir }: Services,
): OldFile | undefined {
  if (asset === undefined || asset.digest !== null || !KINDS.has(asset.storageType)) return undefined;
  const { storagePath, objectKey, size, clientDigest } = asset;
  return { storagePath, objectKey, name, resultsDir, isUnmeasured: size === null && clientDigest === null };
}

/** How many bytes there are (0 when the file is gone), and the bytes themselves when they are text and few. */
export async function describeOldFile(file: OldFile): Promise<OldFileAnswer> {
  await using handle = await openOldFile(file);
  const size = handle === undefined ? 0 : (await handle.stat()).size;
  const content = PICKLED.test(file.objectKey) ? undefined : await textOfOldFile(file);
  return content === undefined ? { size } : { size, codec: "text", content };
}

export interface OldFileAnswer {
  readonly size: number;
  readonly codec?: "text";
  readonly content?: string;
}

const PICKLED = /\.(pkl|tobj)$/i;

/** The whole content of a small text file; `undefined` for anything else. */
export async function textOfOldFile(file: OldFile): Promise<string | undefined> {
  await using handle = await openOldFile(file);
  if (handle === undefined || (await handle.stat()).size > INLINE_LIMIT) return undefined;
  const bytes = await handle.readFile();
  return isUtf8(bytes) ? bytes.toString("utf8") : undefined;
}

/** Up to `limit` bytes from the beginning, and how many there are; `undefined` when the file is gone. */
export async function beginningOfOldFile(file: OldFile, limit: number): Promise<BytesBeginning | undefined> {
  await using handle = await openOldFile(file);
  if (handle === undefined) return undefined;
  const { size } = await handle.stat();
  if (isConverted(file, size)) {
    const converted = asPythonObject(await handle.readFile());
    return { size: converted.length, bytes: converted.subarray(0, limit) };
  }
  const wanted = Buffer.alloc(Math.min(size, limit));
  const { bytesRead } = await handle.read(wanted, 0, wanted.length, 0);
  return { size, bytes: wanted.subarray(0, bytesRead) };
}

/** The first bytes of something that may be large. */
export interface BytesBeginning {
  /** Of all of it. */
  readonly size: number;
  readonly bytes: Buffer;
}

/** @throws {CovalentError} `ASSET_NOT_FOUND` when the file is gone, or is none that may be read */
export async function sendOldFile(
  file: OldFile,
  wanted: WantedBytes,
  reply: FastifyReply,
  services: Services,
): Promise<FastifyReply> {
  const handle = await openOldFile(file);
  if (handle === undefined) {
    throw new CovalentError("ASSET_NOT_FOUND", {
      what: `file ${file.objectKey} in ${file.storagePath || "the directory on record"} any more, where the original Covalent left it`,
    });
  }
  try {
    const { size } = await handle.stat();
    if (isConverted(file, size)) {
      const bytes = asPythonObject(await handle.readFile());
      await handle.close();
      return sendRange(reply, bytes.length, wanted, async (start, end) => bytes.subarray(start, end));
    }
    // Whoever asks for no bytes (HEAD, an empty file) leaves the file to be closed here.
    let handedOver = false;
    const sent = await sendRange(reply, size, wanted, async (start, end) => {
      handedOver = true;
      const bytes = handle.createReadStream({ start, end: end - 1 });
      return file.isUnmeasured && end - start === size
        ? Readable.from(measured(bytes, file, services))
        : bytes;
    });
    if (!handedOver) await handle.close();
    return sent;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** How many bytes there are behind a name: of what an older release recorded without its size, the file knows. */
export async function sizeOfOldAsset(name: ObjectName, services: Services): Promise<number> {
  const asset = await services.database.assets.find(name.dispatchId, name.nodeId, name.key);
  const file = oldFileOf(asset, name, services);
  if (!file?.isUnmeasured) return asset?.size ?? 0;
  await using handle = await openOldFile(file);
  return handle === undefined ? 0 : (await handle.stat()).size;
}

/** A pickle of an older release under the name of a value: clients read another form of it. */
function isConverted({ objectKey, name }: OldFile, size: number): boolean {
  return /\.pkl$/i.test(objectKey) && objectNameOf(name)?.endsWith(".tobj") === true && size <= CONVERTIBLE;
}

/** The same bytes; when all have gone by, what they are is noted. If the process dies first, the next reader does it. */
async function* measured(bytes: Readable, { name }: OldFile, { database, logger }: Services) {
  const hash = createHash("sha1");
  let size = 0;
  for await (const chunk of bytes) {
    hash.update(chunk);
    size += chunk.length;
    yield chunk;
  }
  const noted = database.assets.measured(name.dispatchId, name.nodeId, name.key, {
    size,
    sha1: hash.digest("hex"),
  });
  noted.catch((err: unknown) => logger.warn({ err, ...name }, "the size of a file could not be noted"));
}

export async function openOldFile(file: OldFile): Promise<FileHandle | undefined> {
  for (const directory of directoriesOf(file)) {
    const handle = await openRecordedFile(directory, file.objectKey);
    if (handle !== undefined) return handle;
  }
  return undefined;
}

/** The directory on record, and where the same dispatch lies in the configured one. */
function directoriesOf({ storagePath, name: { dispatchId }, resultsDir }: OldFile): string[] {
  const [, below] = storagePath.split(`${sep}${dispatchId}`);
  const isPlain = below !== undefined && /^([/\\]node_\d+)?[/\\]?$/.test(below);
  return resultsDir === undefined || !isPlain
    ? [storagePath]
    : [storagePath, join(resultsDir, dispatchId, below)];
}
