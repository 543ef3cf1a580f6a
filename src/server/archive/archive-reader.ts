/**
 * Takes in the file of an exported dispatch. It may come from anybody: whatever it holds is checked before it is stored, nothing in
 * it is run, and nobody sees anything of it before all of it is there. Memory does not grow with it.
 */
import { createHash } from "node:crypto";
import { PassThrough, pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import * as z from "zod";
import type { ArchiveImport } from "../../database/repositories/archive-repository.ts";
import {
  ARCHIVE_VERSION,
  type ArchiveEdge,
  type ArchiveEnd,
  type ArchiveHead,
  type ArchiveNode,
  type ArchiveRecord,
  archiveEndSchema,
  archiveHeadSchema,
  archiveRecordSchema,
} from "../../model/archive.ts";
import { CovalentError } from "../../model/errors.ts";
import { jsonLines } from "../registration/ndjson.ts";
import type { Services } from "../services.ts";
import { invalidArchive, readTar, type TarEntry } from "./tar.ts";

export interface Imported {
  readonly dispatchId: string;
  readonly name: string;
  /** False: it was here already, and is left as it is. */
  readonly imported: boolean;
  /** With those of its sublattices. */
  readonly dispatches: number;
  readonly nodes: number;
  readonly assets: number;
}

/** Bytes of the small files, and of one record. */
const DOCUMENT_BYTES = 64 * 1024;
const RECORD_BYTES = 8 * 1024 * 1024;
/** Bytes of a file of records: a writer begins a new one at 1 MiB. */
const RECORDS_FILE_BYTES = 16 * 1024 * 1024;
const PAGE = 200;

/**
 * @throws {CovalentError} `ARCHIVE_INVALID`, `ARCHIVE_VERSION`, `ARCHIVE_CONFLICT`, `STORAGE_FULL`; nothing is imported then
 */
export async function importArchive(
  source: AsyncIterable<Uint8Array>,
  services: Services,
): Promise<Imported> {
  const entries = readTar(unzipped(source));
  try {
    const head = await readHead(await entries.next());
    const before = await checkStanding(head, services);
    if (before !== undefined) return before;
    const reading = new ArchiveReading(head, services);
    try {
      for await (const entry of entries) await reading.entry(entry);
      return await reading.finish();
    } catch (error) {
      await reading.abort();
      throw error;
    }
  } catch (error) {
    throw asArchiveError(error);
  } finally {
    await entries.return(undefined);
  }
}

function unzipped(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const through = new PassThrough();
  pipeline(Readable.from(source, { objectMode: false }), createGunzip(), through, () => undefined);
  return through;
}

async function readHead(first: IteratorResult<TarEntry>): Promise<ArchiveHead> {
  if (first.done || first.value.name !== "covalent.json")
    throw invalidArchive("it does not begin with covalent.json");
  const document = await readDocument(first.value);
  const { version } = z.object({ version: z.int() }).safeParse(document).data ?? { version: ARCHIVE_VERSION };
  if (version > ARCHIVE_VERSION)
    throw new CovalentError("ARCHIVE_VERSION", { format: version, supported: ARCHIVE_VERSION });
  return parsed(archiveHeadSchema, document, "covalent.json");
}

/** What is there already is what would be imported: ids are given once. */
async function checkStanding(
  { dispatch_id: dispatchId, name }: ArchiveHead,
  { database }: Services,
): Promise<Imported | undefined> {
  const standing = await database.archives.standing(dispatchId);
  if (standing === "free") return undefined;
  if (standing === "visible")
    return { dispatchId, name, imported: false, dispatches: 0, nodes: 0, assets: 0 };
  const isDeleted = standing === "deleted";
  throw new CovalentError("ARCHIVE_CONFLICT", {
    dispatchId,
    reason: isDeleted ? "it is here, and deleted" : "it is being imported at this moment",
    advice: isDeleted
      ? `Bring it back in the web UI's settings, or remove it for good: \`covalent purge ${dispatchId}\`.`
      : "Wait for that import's end.",
  });
}

class ArchiveReading {
  readonly #head: ArchiveHead;
  readonly #services: Services;
  readonly #import: ArchiveImport;
  readonly #hash = createHash("sha256");
  /** Digests that came, and whether a record has named them. */
  readonly #assets = new Map<string, boolean>();
  #nodes: ArchiveNode[] = [];
  #edges: ArchiveEdge[] = [];
  #records = 0;
  #dispatches = 0;
  #nodeCount = 0;
  #end: ArchiveEnd | undefined;

  constructor(head: ArchiveHead, services: Services) {
    this.#head = head;
    this.#services = services;
    this.#import = services.database.archives.begin();
  }

  async entry(entry: TarEntry): Promise<void> {
    const { name } = entry;
    if (this.#end !== undefined) throw invalidArchive(`${name} stands behind its end`);
    const digest = /^assets\/([0-9a-f]{64})$/.exec(name)?.[1];
    if (digest !== undefined) return this.#asset(digest, entry);
    if (/^records\/\d{6,12}\.ndjson$/.test(name)) return this.#recordsFile(entry);
    if (name !== "end.json")
      throw invalidArchive(`it has an entry that no dispatch has: ${JSON.stringify(name)}`);
    this.#end = parsed(archiveEndSchema, await readDocument(entry), name);
  }

  async finish(): Promise<Imported> {
    const { dispatch_id: dispatchId, name, dispatches } = this.#head;
    const end = this.#end;
    if (end === undefined) throw invalidArchive("it was cut short: end.json is missing");
    await this.#write();
    if (end.records !== this.#records || end.records_sha256 !== this.#hash.digest("hex"))
      throw invalidArchive("its records are not those that were written");
    if (end.assets !== this.#assets.size)
      throw invalidArchive(`${end.assets - this.#assets.size} asset(s) are missing`);
    if (dispatches !== this.#dispatches) throw invalidArchive(`it should hold ${dispatches} dispatch(es)`);
    const stray = [...this.#assets].find(([, isNamed]) => !isNamed)?.[0];
    if (stray !== undefined) throw invalidArchive(`nothing in it has the asset ${stray}`);
    await this.#import.finish();
    return {
      dispatchId,
      name,
      imported: true,
      dispatches,
      nodes: this.#nodeCount,
      assets: this.#assets.size,
    };
  }

  async abort(): Promise<void> {
    await this.#import.abort();
    if (this.#assets.size > 0) this.#services.purging.tidy();
  }

  async #asset(digest: string, { content }: TarEntry): Promise<void> {
    if (this.#assets.has(digest)) throw invalidArchive(`it has asset ${digest} twice`);
    await this.#services.store.put(content, digest);
    this.#assets.set(digest, false);
  }

  async #recordsFile({ name, size, content }: TarEntry): Promise<void> {
    if (size > RECORDS_FILE_BYTES) throw invalidArchive(`${name} is too large: ${size} bytes`);
    for await (const line of jsonLines(hashed(content, this.#hash), RECORD_BYTES)) {
      const record = parsed(archiveRecordSchema, line, `record ${this.#records + 1}`);
      this.#records += 1;
      await this.#take(record);
    }
  }

  async #take(record: ArchiveRecord): Promise<void> {
    if (record.kind === "edge") {
      if (this.#nodes.length > 0) await this.#write();
      this.#edges.push(record);
      if (this.#edges.length >= PAGE) await this.#write();
      return;
    }
    for (const { digest, content, key } of record.assets)
      if (content === undefined && digest !== null) this.#note(digest, key);
    if (record.kind === "node") {
      this.#nodeCount += 1;
      this.#nodes.push(record);
      if (this.#nodes.length >= PAGE) await this.#write();
      return;
    }
    await this.#write();
    if (this.#dispatches === 0 && record.dispatch_id !== this.#head.dispatch_id)
      throw invalidArchive(`it begins with dispatch ${record.dispatch_id}`);
    for (const { digest } of record.bundles) this.#note(digest, "bundle");
    this.#dispatches += 1;
    await this.#import.dispatch(record);
  }

  #note(digest: string, what: string): void {
    if (!this.#assets.has(digest))
      throw invalidArchive(`the bytes of an asset (${what}, ${digest}) are missing`);
    this.#assets.set(digest, true);
  }

  async #write(): Promise<void> {
    const [nodes, edges] = [this.#nodes, this.#edges];
    this.#nodes = [];
    this.#edges = [];
    if (nodes.length > 0) await this.#import.nodes(nodes);
    if (edges.length > 0) await this.#import.edges(edges);
  }
}

async function readDocument({ name, size, content }: TarEntry): Promise<unknown> {
  if (size > DOCUMENT_BYTES) throw invalidArchive(`${name} is too large: ${size} bytes`);
  const parts: Uint8Array[] = [];
  for await (const part of content) parts.push(part);
  try {
    return JSON.parse(Buffer.concat(parts).toString("utf8"));
  } catch (error) {
    throw invalidArchive(`${name} is not JSON: ${(error as Error).message}`, error);
  }
}

function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown, what: string): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? "" : `${issue.path.join(".")}: `;
  throw invalidArchive(`${what}: ${where}${issue?.message ?? "it is not valid"}`, result.error);
}

async function* hashed(content: AsyncIterable<Uint8Array>, hash: ReturnType<typeof createHash>) {
  for await (const chunk of content) {
    hash.update(chunk);
    yield chunk;
  }
}

/** Faults of the bytes are told as what they are: faults of the file. */
function asArchiveError(error: unknown): unknown {
  if (error instanceof CovalentError) {
    const isOfFile = ["ASSET_CORRUPT", "INVALID_MANIFEST", "REQUEST_TOO_LARGE"].includes(error.code);
    return isOfFile ? invalidArchive(error.message, error) : error;
  }
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "Z_BUF_ERROR") return invalidArchive("it was cut short", error);
  return code?.startsWith("Z_")
    ? invalidArchive(`it is no gzip file, or it is damaged: ${message}`, error)
    : error;
}
