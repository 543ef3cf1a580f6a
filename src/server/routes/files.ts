import type { FastifyReply } from "fastify";
import * as z from "zod";
import { CovalentError } from "../../model/errors.ts";
import type { AnnouncedDigests, ClientDigest } from "../announced-digests.ts";
import { checkUnsealed } from "../found-dispatch.ts";
import { receivePayload } from "../incoming-payload.ts";
import { codecOf, type ObjectName, parseObjectName } from "../object-names.ts";
import { oldFileOf, sendOldFile } from "../old-file.ts";
import { composedHooks } from "../old-hooks.ts";
import { acceptRawBodies, rawBody } from "../raw-body.ts";
import type { App, Services } from "../services.ts";
import { sendBytes, sendRange, type WantedBytes } from "./assets.ts";

const params = z.object({ "*": z.string() });
const tags = ["files"];

/**
 * The original's file server. A name is not a place: what is put there is stored by its content, and the name points to it until
 * the node (or dispatch) it belongs to has ended.
 */
export async function fileRoutes(app: App, services: Services, announced: AnnouncedDigests): Promise<void> {
  const { database, store } = services;
  acceptRawBodies(app);

  app.get(
    "/api/v0/files/*",
    { schema: { params, tags, summary: "The bytes behind a name" } },
    async (request, reply) => {
      const name = request.params["*"];
      const { dispatchId, nodeId, key } = parseObjectName(name);
      const asset = await database.assets.find(dispatchId, nodeId, key);
      const wanted = { head: request.method === "HEAD", range: request.headers.range };
      const oldFile = oldFileOf(asset, dispatchId, services.resultsDir);
      if (oldFile !== undefined) return sendOldFile(oldFile, wanted, reply);
      const hooks =
        asset === undefined ? await composedHooks({ dispatchId, nodeId, key }, services) : undefined;
      if (hooks !== undefined) return sendText(hooks, wanted, reply);
      if (!asset?.digest) throw new CovalentError("ASSET_NOT_FOUND", { what: `file ${name}` });
      return sendBytes(services, asset.digest, wanted, reply);
    },
  );

  app.put(
    "/api/v0/files/*",
    { schema: { params, tags, summary: "Store bytes under a name" } },
    async (request, reply) => {
      const name = parseObjectName(request.params["*"]);
      await checkUnsealed(name, services);
      const payload = await receivePayload(rawBody(request), codecOf(name), store);
      const client = { ...(await registeredDigest(name, services)), ...announced.take(name) };
      // Again: the node may have ended while the bytes came.
      await checkUnsealed(name, services);
      await database.assets.assign(name.dispatchId, name.nodeId, name.key, { payload, ...client });
      return reply.code(200).send({ digest: payload.digest, size: payload.size });
    },
  );
}

function sendText(text: string, wanted: WantedBytes, reply: FastifyReply): Promise<FastifyReply> {
  const bytes = Buffer.from(text);
  return sendRange(reply, bytes.length, wanted, async (start, end) => bytes.subarray(start, end));
}

/** The digest by which a manifest promised these bytes: it stays on record beside ours when they come. */
async function registeredDigest(
  { dispatchId, nodeId, key }: ObjectName,
  { database }: Services,
): Promise<ClientDigest> {
  const promised = await database.assets.find(dispatchId, nodeId, key);
  if (promised?.storageType !== "pending" || promised.clientDigest === null) return {};
  return { clientDigest: promised.clientDigest, clientDigestAlg: promised.clientDigestAlg ?? undefined };
}
