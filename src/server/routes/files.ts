import type { FastifyReply } from "fastify";
import * as z from "zod";
import { CovalentError } from "../../model/errors.ts";
import type { StoredAsset } from "../../storage/asset-store.ts";
import type { AnnouncedDigests } from "../announced-digests.ts";
import { composedText } from "../composed-text.ts";
import { type ObjectName, parseObjectName } from "../object-names.ts";
import { oldFileOf, sendOldFile } from "../old-file.ts";
import { acceptRawBodies, rawBody } from "../raw-body.ts";
import type { App, Services } from "../services.ts";
import { storeNamed } from "../store-named.ts";
import { sendBytes, sendRange, type WantedBytes } from "./assets.ts";

const params = z.object({ "*": z.string() });
const tags = ["files"];
const stored = z.object({ digest: z.string(), size: z.int() });

/**
 * The original's file server. A name is not a place: what is put there is stored by its content, and the name points to it until
 * the node (or dispatch) it belongs to has ended.
 */
export async function fileRoutes(app: App, services: Services, announced: AnnouncedDigests): Promise<void> {
  acceptRawBodies(app);
  app.get(
    "/api/v0/files/*",
    { schema: { params, tags, summary: "The bytes behind a name" } },
    (request, reply) => {
      const wanted = { head: request.method === "HEAD", range: request.headers.range };
      return sendFile(request.params["*"], wanted, services, reply);
    },
  );

  app.put(
    "/api/v0/files/*",
    { schema: { params, tags, summary: "Store bytes under a name", response: { 200: stored } } },
    async (request, reply) => {
      const name = parseObjectName(request.params["*"]);
      return reply.code(200).send(await storeFile(name, rawBody(request), services, announced));
    },
  );
}

async function sendFile(
  file: string,
  wanted: WantedBytes,
  services: Services,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const name = parseObjectName(file);
  const asset = await services.database.assets.find(name.dispatchId, name.nodeId, name.key);
  const oldFile = oldFileOf(asset, name, services);
  if (oldFile !== undefined) return sendOldFile(oldFile, wanted, reply, services);
  const composed = asset?.digest ? undefined : await composedText(name, services);
  if (composed !== undefined) return sendText(composed, wanted, reply);
  if (!asset?.digest) throw new CovalentError("ASSET_NOT_FOUND", { what: `file ${file}` });
  return sendBytes(services, asset.digest, wanted, reply);
}

async function storeFile(
  name: ObjectName,
  bytes: AsyncIterable<Uint8Array>,
  services: Services,
  announced: AnnouncedDigests,
): Promise<StoredAsset> {
  const stored = await storeNamed(name, bytes, announced.of(name), services);
  announced.settle(name);
  return stored;
}

function sendText(text: string, wanted: WantedBytes, reply: FastifyReply): Promise<FastifyReply> {
  const bytes = Buffer.from(text);
  return sendRange(reply, bytes.length, wanted, async (start, end) => bytes.subarray(start, end));
}
