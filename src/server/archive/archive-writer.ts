/**
 * A dispatch as one file: a tar archive of records and bytes, compressed with gzip (docs/export.md). It is made as it is sent, so
 * memory does not grow with it. Bytes stand before the records that name them, once however often they are named.
 */
import { createHash } from "node:crypto";
import { pipeline, type Readable } from "node:stream";
import { createGzip } from "node:zlib";
import type {
  RecordPage,
  StoredAssetRecord,
  StoredDispatchRecord,
} from "../../database/repositories/archive-repository.ts";
import {
  ARCHIVE_FORMAT,
  ARCHIVE_VERSION,
  type ArchiveAsset,
  type ArchiveEnd,
  type ArchiveHead,
} from "../../model/archive.ts";
import { CovalentError } from "../../model/errors.ts";
import { INLINE_LIMIT } from "../../model/payload.ts";
import { isTerminal } from "../../model/status.ts";
import type { ObjectName } from "../object-names.ts";
import type { Services } from "../services.ts";
import { type FoundFile, findFile } from "./original-files.ts";
import { TAR_END, tarHeader, tarPadding } from "./tar.ts";

/** Records read at once, and bytes of them in one file. */
const PAGE = 200;
const FILE_BYTES = 1024 * 1024;
/** Bytes of small values inside one record; what goes beyond is stored as files. */
const RECORD_CONTENT = 256 * 1024;

/** The text is small beside the values, most of which are compressed well by little effort. */
const LEVEL = 4;

/**
 * @throws {CovalentError} `DISPATCH_NOT_FOUND`, `EXPORT_NOT_ENDED`. What goes wrong later ends the stream with an error
 */
export async function archiveOf(dispatchId: string, services: Services): Promise<Readable> {
  const dispatches = await services.database.archives.dispatches(dispatchId);
  const [root] = dispatches;
  if (root === undefined) throw new CovalentError("DISPATCH_NOT_FOUND", { dispatchId });
  for (const { dispatch_id, status, language } of dispatches) {
    // What the original left unfinished never ends.
    if (language !== null && !isTerminal(status))
      throw new CovalentError("EXPORT_NOT_ENDED", { dispatchId: dispatch_id, status });
  }
  const head: ArchiveHead = {
    format: ARCHIVE_FORMAT,
    version: ARCHIVE_VERSION,
    dispatch_id: root.dispatch_id,
    name: root.name,
    exported_at: new Date().toISOString(),
    covalent_version: services.version,
    dispatches: dispatches.length,
  };
  const writer = new ArchiveWriter(services);
  // Whoever reads it learns of an error by the end of the stream.
  return pipeline(writer.write(head, dispatches), createGzip({ level: LEVEL }), () => undefined);
}

class ArchiveWriter {
  readonly #services: Services;
  readonly #records = createHash("sha256");
  readonly #written = new Set<string>();
  #lines: Buffer[] = [];
  #bytes = 0;
  #files = 0;
  #recordCount = 0;

  constructor(services: Services) {
    this.#services = services;
  }

  async *write(head: ArchiveHead, dispatches: readonly StoredDispatchRecord[]): AsyncGenerator<Uint8Array> {
    yield* file("covalent.json", Buffer.from(`${JSON.stringify(head, null, 2)}\n`));
    for (const dispatch of dispatches) yield* this.#dispatch(dispatch);
    yield* this.#flush();
    const end: ArchiveEnd = {
      records: this.#recordCount,
      assets: this.#written.size,
      records_sha256: this.#records.digest("hex"),
    };
    yield* file("end.json", Buffer.from(`${JSON.stringify(end, null, 2)}\n`));
    yield TAR_END;
  }

  async *#dispatch(dispatch: StoredDispatchRecord): AsyncGenerator<Uint8Array> {
    const { place: _place, assets, ...record } = dispatch;
    const { archives } = this.#services.database;
    for (const { digest } of record.bundles) yield* this.#stored(digest);
    yield* this.#record({ ...record, assets: yield* this.#assets(assets, record.dispatch_id, null) });
    for (const page of pages(record.nodes)) {
      const nodes = await archives.nodes(dispatch, page);
      checkPage(nodes, page, record.dispatch_id);
      for (const node of nodes) {
        const own = yield* this.#assets(node.assets, record.dispatch_id, node.id);
        yield* this.#record({ ...node, assets: own });
      }
    }
    for (const page of pages(record.edges)) {
      const edges = await archives.edges(dispatch, page);
      checkPage(edges, page, record.dispatch_id);
      for (const edge of edges) yield* this.#record(edge);
    }
  }

  async *#record(record: object): AsyncGenerator<Uint8Array> {
    const line = Buffer.from(`${JSON.stringify(record)}\n`);
    this.#lines.push(line);
    this.#bytes += line.length;
    this.#recordCount += 1;
    if (this.#bytes >= FILE_BYTES) yield* this.#flush();
  }

  async *#flush(): AsyncGenerator<Uint8Array> {
    if (this.#lines.length === 0) return;
    const content = Buffer.concat(this.#lines);
    this.#lines = [];
    this.#bytes = 0;
    this.#files += 1;
    this.#records.update(content);
    yield* file(`records/${String(this.#files).padStart(6, "0")}.ndjson`, content);
  }

  /** Writes the bytes that the record has no room for, and gives what the record says of all. */
  async *#assets(
    assets: readonly StoredAssetRecord[],
    dispatchId: string,
    nodeId: number | null,
  ): AsyncGenerator<Uint8Array, ArchiveAsset[]> {
    const told: ArchiveAsset[] = [];
    let room = RECORD_CONTENT;
    for (const { inline, file: original, ...asset } of assets) {
      if (original !== null) {
        const name = { dispatchId, nodeId, key: asset.key };
        told.push({ ...asset, ...(yield* this.#original(original, name)) });
      } else if (inline !== null && inline.length <= Math.min(room, INLINE_LIMIT)) {
        room -= inline.length;
        told.push({ ...asset, content: Buffer.from(inline).toString("base64") });
      } else {
        if (inline !== null && asset.digest !== null) yield* this.#bytesOf(asset.digest, inline);
        const isThere = asset.digest !== null && (yield* this.#stored(asset.digest));
        told.push(isThere ? asset : { ...asset, digest: null });
      }
    }
    return told;
  }

  /** Writes the bytes of a digest unless it has been done. False when there are none. */
  async *#stored(digest: string): AsyncGenerator<Uint8Array, boolean> {
    if (this.#written.has(digest)) return true;
    const { database, store } = this.#services;
    const size = await store.size(digest);
    if (size === undefined) {
      // They may stand in the row of another asset with the same digest.
      const inline = await database.assets.content(digest);
      if (inline === undefined) return false;
      yield* this.#bytesOf(digest, inline);
      return true;
    }
    this.#written.add(digest);
    yield tarHeader(`assets/${digest}`, size);
    yield* await store.read(digest);
    yield tarPadding(size);
    return true;
  }

  async *#bytesOf(digest: string, content: Uint8Array): AsyncGenerator<Uint8Array> {
    if (this.#written.has(digest)) return;
    this.#written.add(digest);
    yield* file(`assets/${digest}`, content);
  }

  /** A file that the original wrote: from here on it is known by its content. */
  async *#original(
    original: FoundFile,
    name: ObjectName,
  ): AsyncGenerator<Uint8Array, Pick<ArchiveAsset, "digest" | "size" | "codec" | "content">> {
    await using found = await findFile(original, name, this.#services);
    if (found === undefined) return { digest: null, size: null, codec: null };
    const { digest, size, codec } = found;
    if (size <= INLINE_LIMIT) {
      const content = Buffer.concat(await Array.fromAsync(found.read()));
      return { digest, size, codec, content: content.toString("base64") };
    }
    if (!this.#written.has(digest)) {
      this.#written.add(digest);
      yield tarHeader(`assets/${digest}`, size);
      yield* found.read();
      yield tarPadding(size);
    }
    return { digest, size, codec };
  }
}

function* pages(count: number): Generator<RecordPage> {
  for (let offset = 0; offset < count; offset += PAGE)
    yield { offset, limit: Math.min(PAGE, count - offset) };
}

/** Somebody may remove it for good meanwhile: then the file is to break off, not to lack something. */
function checkPage(found: readonly unknown[], { offset, limit }: RecordPage, dispatchId: string): void {
  if (found.length === limit) return;
  throw new Error(`dispatch ${dispatchId} has changed: ${found.length} of ${limit} records behind ${offset}`);
}

function* file(name: string, content: Uint8Array): Generator<Uint8Array> {
  yield tarHeader(name, content.length);
  yield content;
  yield tarPadding(content.length);
}
