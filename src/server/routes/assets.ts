import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import * as z from "zod";
import { assetFrames } from "../../model/asset-frames.ts";
import { CovalentError } from "../../model/errors.ts";
import type { AssetStore } from "../../storage/asset-store.ts";
import { parseRange } from "../byte-range.ts";
import { acceptRawBodies, rawBody } from "../raw-body.ts";
import type { App, Services } from "../services.ts";

export const digestSchema = z.string().regex(/^[0-9a-f]{64}$/, "64 lower-case hex digits");
const params = z.object({ digest: digestSchema });
const stored = z.object({ digest: z.string(), size: z.number() });
const storedMany = z.object({ stored: z.number() });
const tags = ["assets"];

/**
 * Stored bytes by their SHA-256: never changed, so what a digest names may be kept for ever.
 *
 * A batch (`POST /api/v2/assets`) is a sequence of frames without anything between them: the SHA-256 (32 bytes), the size of the
 * content (8 bytes, big-endian), the content. Each is verified; of a frame that does not match nothing is stored, and those
 * before it stay.
 */
export async function assetRoutes(app: App, services: Services): Promise<void> {
  const { store } = services;
  acceptRawBodies(app);
  app.get(
    "/api/v2/assets/:digest",
    { schema: { params, tags, summary: "The bytes of an asset, or a range of them" } },
    (request, reply) => {
      const wanted = { head: request.method === "HEAD", range: request.headers.range };
      return sendBytes(services, request.params.digest, wanted, reply);
    },
  );
  app.put(
    "/api/v2/assets/:digest",
    { schema: { params, tags, summary: "Store bytes under their digest", response: { 201: stored } } },
    async (request, reply) => reply.code(201).send(await store.put(rawBody(request), request.params.digest)),
  );
  app.post(
    "/api/v2/assets",
    { schema: { tags, summary: "Store many assets in one request", response: { 201: storedMany } } },
    async (request, reply) => reply.code(201).send({ stored: await storeBatch(rawBody(request), store) }),
  );
}

async function storeBatch(bytes: AsyncIterable<Uint8Array>, store: AssetStore): Promise<number> {
  let count = 0;
  for await (const frame of assetFrames(bytes)) {
    await store.put(frame.content, frame.digest);
    count += 1;
  }
  return count;
}

/** What a request wants of some bytes. */
export interface WantedBytes {
  readonly head: boolean;
  /** Its `Range` header. */
  readonly range: string | undefined;
}

/** Answers with the bytes of a digest, from the database or the store. */
export async function sendBytes(
  { database, store }: Services,
  digest: string,
  wanted: WantedBytes,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const inline = await database.assets.content(digest);
  const size = inline?.length ?? (await store.size(digest));
  if (size === undefined) throw new CovalentError("ASSET_NOT_FOUND", { what: `asset ${digest}` });
  reply.header("etag", `"${digest}"`);
  return sendRange(reply, size, wanted, async (start, end) =>
    inline === undefined ? await store.read(digest, { start, end }) : inline.subarray(start, end),
  );
}

/** Answers with what is wanted of so many bytes; `read` gives those from `start` up to and without `end`. */
export async function sendRange(
  reply: FastifyReply,
  size: number,
  wanted: WantedBytes,
  read: (start: number, end: number) => Promise<Uint8Array | Readable>,
): Promise<FastifyReply> {
  const range = parseRange(wanted.range, size);
  if (range === "unsatisfiable") {
    reply.header("content-range", `bytes */${size}`);
    throw new CovalentError("RANGE_NOT_SATISFIABLE", { size });
  }
  const { start, end } = range ?? { start: 0, end: size - 1 };
  reply.headers({
    "content-type": "application/octet-stream",
    "content-length": end - start + 1,
    "accept-ranges": "bytes",
    "x-content-type-options": "nosniff",
  });
  if (range !== undefined) reply.code(206).header("content-range", `bytes ${start}-${end}/${size}`);
  // A body that is no stream would take its own length for the answer's.
  if (wanted.head || size === 0) return reply.send(Readable.from([]));
  return reply.send(await read(start, end + 1));
}
