import type { FastifyReply } from "fastify";
import * as z from "zod";
import { CovalentError } from "../../model/errors.ts";
import type { StoredAsset } from "../../storage/asset-store.ts";
import type { AnnouncedDigests } from "../announced-digests.ts";
import { type AnnouncedPayload, verified } from "../announced-payload.ts";
import { checkUnsealed } from "../found-dispatch.ts";
import { receivePayload } from "../incoming-payload.ts";
import { codecOf, type ObjectName, objectNameOf, parseObjectName } from "../object-names.ts";
import { oldFileOf, sendOldFile } from "../old-file.ts";
import { composedHooks } from "../old-hooks.ts";
import { acceptRawBodies, rawBody } from "../raw-body.ts";
import type { App, Services } from "../services.ts";
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
  const hooks = asset === undefined ? await composedHooks(name, services) : undefined;
  if (hooks !== undefined) return sendText(hooks, wanted, reply);
  if (!asset?.digest) throw new CovalentError("ASSET_NOT_FOUND", { what: `file ${file}` });
  return sendBytes(services, asset.digest, wanted, reply);
}

async function storeFile(
  name: ObjectName,
  bytes: AsyncIterable<Uint8Array>,
  services: Services,
  announced: AnnouncedDigests,
): Promise<StoredAsset> {
  const { database, store } = services;
  await checkUnsealed(name, services);
  const promised = announced.of(name) ?? (await registeredPayload(name, services));
  const what = `file ${objectNameOf(name) ?? name.key}`;
  const payload = await receivePayload(verified(bytes, promised, what), codecOf(name), store);
  // Again: the node may have ended while the bytes came.
  await checkUnsealed(name, services);
  const { clientDigest, clientDigestAlg } = promised;
  const assigned = { payload, clientDigest, clientDigestAlg };
  await database.assets.assign(name.dispatchId, name.nodeId, name.key, assigned);
  announced.settle(name);
  return { digest: payload.digest, size: payload.size };
}

function sendText(text: string, wanted: WantedBytes, reply: FastifyReply): Promise<FastifyReply> {
  const bytes = Buffer.from(text);
  return sendRange(reply, bytes.length, wanted, async (start, end) => bytes.subarray(start, end));
}

/** What a manifest promised of these bytes: the digest stays on record beside ours when they come. */
async function registeredPayload(
  { dispatchId, nodeId, key }: ObjectName,
  { database }: Services,
): Promise<AnnouncedPayload> {
  const promised = await database.assets.find(dispatchId, nodeId, key);
  // What is announced as empty has not been made yet.
  if (promised?.storageType !== "pending" || !promised.size) return {};
  return {
    clientDigest: promised.clientDigest ?? undefined,
    clientDigestAlg: promised.clientDigestAlg ?? undefined,
    size: promised.size,
  };
}
