import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { FastifyReply } from "fastify";
import type { AssetRecord } from "../database/repositories/asset-repository.ts";
import { CovalentError } from "../model/errors.ts";
import { sendRange, type WantedBytes } from "./routes/assets.ts";

/**
 * Files that the original wrote, and that a database of its time refers to by their paths. They are read where they are, and may
 * be gone. Only an upgraded database has such references: nothing that a client sends becomes one.
 */
type OldFile = Pick<AssetRecord, "storagePath" | "objectKey">;

const KINDS: ReadonlySet<string> = new Set(["file", "local"]);

/** True for an asset that is a file of the original's. */
export function isOldFile({ storageType, digest }: AssetRecord): boolean {
  return digest === null && KINDS.has(storageType);
}

/** Bytes; 0 when the file is gone. */
export async function sizeOfOldFile(file: OldFile): Promise<number> {
  return (await sizeOf(pathOf(file))) ?? 0;
}

/** @throws {CovalentError} `ASSET_NOT_FOUND` when the file is gone */
export async function sendOldFile(
  file: OldFile,
  wanted: WantedBytes,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const path = pathOf(file);
  const size = await sizeOf(path);
  if (size === undefined) {
    throw new CovalentError("ASSET_NOT_FOUND", {
      what: `file ${path} any more, where the original Covalent left it`,
    });
  }
  return sendRange(reply, size, wanted, async (start, end) =>
    createReadStream(path, { start, end: end - 1 }),
  );
}

function pathOf({ storagePath, objectKey }: OldFile): string {
  return join(storagePath, objectKey);
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    const stats = await stat(path);
    return stats.isFile() ? stats.size : undefined;
  } catch {
    return undefined;
  }
}
