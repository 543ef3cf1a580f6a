import { createReadStream } from "node:fs";
import { open, rm } from "node:fs/promises";
import type { DispatchRepository } from "../../database/repositories/dispatch-repository.ts";
import { assetFrames } from "../../model/asset-frames.ts";
import type { RegisteredGraph } from "../../model/change.ts";
import type { ManifestHeader } from "../../model/manifest.ts";
import { MANIFEST_FILE_HEAD, type ManifestFileParts, manifestFileParts } from "../../model/manifest-file.ts";
import type { NewSubDispatch } from "../../model/sub-dispatch.ts";
import type { AssetStore } from "../../storage/asset-store.ts";
import { DEFAULT_LIMITS } from "../limits.ts";
import { invalidManifest } from "../validation.ts";
import { partsOfStream } from "./manifest-lines.ts";
import { jsonLines } from "./ndjson.ts";
import { register } from "./register.ts";

export interface SubDispatchOptions {
  readonly dispatches: DispatchRepository;
  readonly store: AssetStore;
  /** Bytes of one line of a manifest. */
  readonly lineBytes?: number;
}

/** Registers the dispatches that sublattices become, from what their attempts put out. */
export function createSubDispatches({
  dispatches,
  store,
  lineBytes = DEFAULT_LIMITS.lineBytes,
}: SubDispatchOptions) {
  return {
    /**
     * Stores what comes with the manifest, then registers it: a dispatch that is there has all it needs. The file goes last; if the
     * process dies before, it is read, or found to have been, once more.
     *
     * @throws {CovalentError} `INVALID_MANIFEST`, `GRAPH_CYCLE`, `ASSET_CORRUPT`, `REQUEST_TOO_LARGE`, `STORAGE_FULL`
     */
    async register({ dispatchId, manifest, parent }: NewSubDispatch): Promise<RegisteredGraph | undefined> {
      let graph: RegisteredGraph | undefined;
      if ((await dispatches.summary(dispatchId)) === undefined) {
        const file = await openManifestFile(manifest);
        for await (const frame of assetFrames(file.read(file.parts.assets)))
          await store.put(frame.content, frame.digest);
        const lines = jsonLines(file.read(file.parts.manifest), lineBytes);
        const { rootDispatchId, node: parentNode } = parent;
        const inherit = (header: ManifestHeader) => inheriting(header, parent);
        const as = { dispatchId, rootDispatchId, parentNode, inherit };
        ({ graph } = await register(partsOfStream(lines), dispatches, as));
      }
      if (manifest.file !== undefined) await rm(manifest.file, { force: true });
      return graph;
    },
  };
}

function inheriting(
  header: ManifestHeader,
  { tags, priority, timeoutMs = Number.POSITIVE_INFINITY }: NewSubDispatch["parent"],
): ManifestHeader {
  const { metadata } = header.lattice;
  const deadline = Math.min(timeoutMs, metadata.deadline_ms ?? Number.POSITIVE_INFINITY);
  const inherited = {
    ...metadata,
    tags: [...new Set([...tags, ...(metadata.tags ?? [])])],
    priority: metadata.priority ?? priority,
    ...(Number.isFinite(deadline) && { deadline_ms: deadline }),
  };
  return { ...header, lattice: { ...header.lattice, metadata: inherited } };
}

interface OpenedFile {
  readonly parts: ManifestFileParts;
  read(range: { readonly start: number; readonly end: number }): AsyncIterable<Uint8Array>;
}

/** A large one stays where it is, and is read as a stream. */
async function openManifestFile({ inline, file, size }: NewSubDispatch["manifest"]): Promise<OpenedFile> {
  if (file === undefined) {
    const bytes = inline ?? new Uint8Array();
    return {
      parts: partsOf(bytes, bytes.length),
      read: async function* ({ start, end }) {
        if (end > start) yield bytes.subarray(start, end);
      },
    };
  }
  return {
    parts: partsOf(await headOf(file), size),
    read: async function* ({ start, end }) {
      // `end` of a stream is the last byte.
      if (end > start) yield* createReadStream(file, { start, end: end - 1 });
    },
  };
}

async function headOf(path: string): Promise<Uint8Array> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(MANIFEST_FILE_HEAD), 0, MANIFEST_FILE_HEAD, 0);
  return buffer.subarray(0, bytesRead);
}

function partsOf(head: Uint8Array, size: number): ManifestFileParts {
  try {
    return manifestFileParts(head, size);
  } catch (error) {
    throw invalidManifest((error as Error).message);
  }
}
