import { createHash } from "node:crypto";
import { constants, createReadStream, createWriteStream, rmSync } from "node:fs";
import { lstat, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { CovalentError } from "../model/errors.ts";
import type { AssetStore, StoredAsset } from "./asset-store.ts";
import { RecentDigests } from "./recent-digests.ts";
import { newStagingFile, sweepStaging } from "./staging.ts";

/**
 * The asset store on a local disk: `sha256/ab/<digest>`, written in `staging/` and renamed into place, so that a digest is
 * either absent or complete, whatever dies when. Bytes reach the disk before their name does (they are flushed before the
 * rename): after a power cut no name stands for half a file; with durability "power" the name is there as well. Files are readable by their owner alone.
 *
 * Processes share a store without locks: whoever stores the same bytes twice renames one file over an equal one.
 *
 * @throws {CovalentError} `STORAGE_FULL` when there is no room, `INVALID_ARGUMENT` for what is not a digest, so that no path
 *   outside the store can ever be made
 * @example
 * const store = await openLocalStore("/var/lib/covalent/assets");
 * const { digest, size } = await store.put(Readable.from([Buffer.from("bytes")]));
 */
export async function openLocalStore(
  directory: string,
  { durability = "process", settleMs = SETTLE_MS }: LocalStoreOptions = {},
): Promise<AssetStore> {
  const root = resolve(directory);
  const stagingDirectory = join(root, "staging");
  await mkdir(join(root, "sha256"), { recursive: true, mode: 0o700 });
  await mkdir(stagingDirectory, { recursive: true, mode: 0o700 });
  await sweepStaging(stagingDirectory);

  const pathOf = (digest: string) => {
    const known = checkedDigest(digest);
    return join(root, "sha256", known.slice(0, 2), known);
  };
  const used = new RecentDigests(settleMs);
  const size = async (digest: string) => {
    used.note(digest);
    return sizeOf(pathOf(digest));
  };
  const place = async (file: string, asset: StoredAsset): Promise<StoredAsset> => {
    const path = pathOf(asset.digest);
    used.note(asset.digest);
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await rename(file, path);
      if (durability === "power") await flushNames(dirname(path), join(root, "sha256"));
    } catch (error) {
      throw asStorageError(error, `asset ${asset.digest}`);
    }
    return asset;
  };

  return {
    stagingDirectory,
    pathOf,
    size,
    has: async (digest) => (await size(digest)) !== undefined,
    put: async (source, expected) => {
      // Somebody may have removed it: the original's SDK can be told to delete the directory that results lie in.
      await mkdir(stagingDirectory, { recursive: true, mode: 0o700 }).catch((error) => {
        throw asStorageError(error, "an asset");
      });
      return put(source, newStagingFile(stagingDirectory), expected, place);
    },
    read: async (digest, range) => read(pathOf(digest), digest, range),
    digests: () => storedDigests(join(root, "sha256")),
    remove: async (digest) => {
      const path = pathOf(digest);
      const bytes = await sizeOf(path);
      // Looked at and removed in one step: nobody can ask in between.
      if (bytes === undefined || used.has(digest)) return undefined;
      rmSync(path, { force: true });
      return bytes;
    },
    async adopt(path, digest, { trusted = false } = {}) {
      const file = await inspectFile(path, trusted ? digest : undefined);
      if (file !== undefined) {
        assertSame(`the file ${path}`, checkedDigest(digest), file.digest);
        return place(path, file);
      }
      // The process died between an earlier adoption and its commit: the file has moved already.
      const stored = await size(digest);
      if (stored === undefined) throw new CovalentError("ASSET_NOT_FOUND", { what: `file ${path}` });
      return { digest, size: stored };
    },
  };
}

export interface LocalStoreOptions {
  readonly durability?: "process" | "power";
  /** How long after they were used bytes are not removed. */
  readonly settleMs?: number;
}

/** Whoever asks about bytes refers to them within moments, or holds what refers to them already. */
const SETTLE_MS = 10_000;

async function* storedDigests(directory: string): AsyncGenerator<string> {
  for (const folder of await readdir(directory))
    for (const name of await readdir(join(directory, folder))) if (/^[0-9a-f]{64}$/.test(name)) yield name;
}

type Place = (file: string, asset: StoredAsset) => Promise<StoredAsset>;

async function put(
  source: AsyncIterable<Uint8Array>,
  file: string,
  expected: string | undefined,
  place: Place,
) {
  if (expected !== undefined) checkedDigest(expected);
  const hash = createHash("sha256");
  let size = 0;
  async function* hashed(): AsyncIterable<Uint8Array> {
    for await (const chunk of source) {
      hash.update(chunk);
      size += chunk.byteLength;
      yield chunk;
    }
  }
  try {
    await pipeline(hashed(), createWriteStream(file, { flags: "wx", mode: 0o600, flush: true }));
    const digest = hash.digest("hex");
    if (expected !== undefined) assertSame(`asset ${expected}`, expected, digest);
    return await place(file, { digest, size });
  } catch (error) {
    await rm(file, { force: true });
    throw asStorageError(error, expected === undefined ? "an asset" : `asset ${expected}`);
  }
}

/** `undefined` when there is no file. The digest is taken from the bytes unless it is `known`. */
async function inspectFile(path: string, known: string | undefined): Promise<StoredAsset | undefined> {
  const entry = await lstat(path).catch(absent);
  if (entry === undefined) return undefined;
  // A symbolic link would put into the store what may still change, or what its owner may not read.
  if (!entry.isFile())
    throw new CovalentError("INVALID_ARGUMENT", { reason: `${path} is not a regular file` });
  await using file = await open(path, constants.O_RDWR | constants.O_NOFOLLOW);
  await file.chmod(0o600);
  await file.sync();
  if (known !== undefined) return { digest: known, size: entry.size };
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of file.createReadStream({ autoClose: false, start: 0 })) {
    hash.update(chunk);
    size += chunk.byteLength;
  }
  return { digest: hash.digest("hex"), size };
}

async function read(path: string, digest: string, range?: { readonly start: number; readonly end: number }) {
  const { start, end } = range ?? { start: 0, end: Number.MAX_SAFE_INTEGER };
  if (!(Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start <= end)) {
    throw new CovalentError("INVALID_ARGUMENT", { reason: `${start} to ${end} is not a range of bytes` });
  }
  // Opened here and not by the stream, so that an asset that is not there is an error of this call.
  const file = await open(path, "r").catch(absent);
  if (file === undefined) throw new CovalentError("ASSET_NOT_FOUND", { what: `asset ${digest}` });
  if (start === end) {
    await file.close();
    return Readable.from([]);
  }
  return createReadStream(path, { fd: file, start, end: end - 1 });
}

async function flushNames(...directories: readonly string[]): Promise<void> {
  for (const path of directories) {
    await using directory = await open(path, "r");
    await directory.sync();
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(absent))?.size;
}

function checkedDigest(digest: string): string {
  if (/^[0-9a-f]{64}$/.test(digest)) return digest;
  throw new CovalentError("INVALID_ARGUMENT", {
    reason: `${JSON.stringify(digest)} is not a SHA-256 digest in lower-case hex`,
  });
}

function assertSame(what: string, expected: string, actual: string): void {
  if (expected !== actual) throw new CovalentError("ASSET_CORRUPT", { what, expected, actual });
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
  return undefined;
}

/** No room left, a quota or a limit on file sizes. */
const FULL: ReadonlySet<unknown> = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

function asStorageError(error: unknown, what: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  return FULL.has(code)
    ? new CovalentError("STORAGE_FULL", { what, reason: message }, { cause: error })
    : error;
}
