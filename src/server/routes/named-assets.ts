import { isUtf8 } from "node:buffer";
import type { FastifyRequest } from "fastify";
import * as z from "zod";
import { CovalentError } from "../../model/errors.ts";
import type { AnnouncedDigests } from "../announced-digests.ts";
import type { AnnouncedPayload } from "../announced-payload.ts";
import { namedAssetSchema } from "../answer-schemas.ts";
import { addressMaker } from "../client-address.ts";
import { composedText } from "../composed-text.ts";
import { foundNode, foundSummary } from "../found-dispatch.ts";
import { isAssetKey, type ObjectName } from "../object-names.ts";
import { describeOldFile, oldFileOf } from "../old-file.ts";
import { acceptRawBodies } from "../raw-body.ts";
import type { App, Services } from "../services.ts";
import { dispatchParams } from "./dispatches.ts";
import { nodeParams } from "./nodes.ts";

const tags = ["assets"];
const key = z.string().max(64);

/**
 * Assets by what they are to a dispatch or a node. The answer is the original's (`size` and `remote_uri`) and, beyond it, the digest,
 * the codec, the text for people and, when they are small and text, the bytes themselves as `content`.
 */
export async function namedAssetRoutes(
  app: App,
  services: Services,
  announced: AnnouncedDigests,
): Promise<void> {
  // The original's clients announce an upload by the length it will have, in a request that has no body.
  acceptRawBodies(app);
  const ofDispatch = dispatchParams.extend({ key });
  const ofNode = nodeParams.extend({ key });

  app.get(
    "/api/v2/dispatches/:dispatch_id/assets/:key",
    {
      schema: {
        tags,
        params: ofDispatch,
        summary: "An asset of a dispatch or its lattice",
        response: { 200: namedAssetSchema },
      },
    },
    (request) => describe(request, nameOf(request.params), services),
  );

  app.get(
    "/api/v2/dispatches/:dispatch_id/electrons/:node_id/assets/:key",
    { schema: { tags, params: ofNode, summary: "An asset of a node", response: { 200: namedAssetSchema } } },
    (request) => describe(request, nameOf(request.params), services),
  );

  app.post(
    "/api/v2/dispatches/:dispatch_id/electrons/:node_id/assets/:key",
    { schema: { tags, params: ofNode, summary: "Announce the upload of a node's asset" } },
    async (request, reply) => {
      const { dispatch_id, node_id, key } = request.params;
      await foundNode(dispatch_id, node_id, services);
      // The announced bytes never come on this connection: it cannot carry another request.
      reply.header("connection", "close");
      return announce(request, nameOf({ dispatch_id, node_id, key }), services, announced);
    },
  );
}

function announce(
  request: FastifyRequest,
  name: ObjectName,
  services: Services,
  announced: AnnouncedDigests,
): { readonly size: number; readonly remote_uri: string | undefined } {
  const size = Number(request.headers["content-length"] ?? 0);
  announced.announce(name, { ...announcedBy(request), size });
  return { size, remote_uri: addressMaker(request, services)(name) };
}

function nameOf(params: {
  readonly dispatch_id: string;
  readonly node_id?: number;
  readonly key: string;
}): ObjectName {
  const name = { dispatchId: params.dispatch_id, nodeId: params.node_id ?? null, key: params.key };
  if (!isAssetKey(name.nodeId, name.key))
    throw new CovalentError("INVALID_ARGUMENT", {
      reason: `${JSON.stringify(name.key)} is not the key of an asset`,
    });
  return name;
}

function announcedBy({ headers }: FastifyRequest): AnnouncedPayload {
  const { digest, "digest-alg": algorithm } = headers;
  return {
    ...(typeof digest === "string" && { clientDigest: digest }),
    ...(typeof algorithm === "string" && { clientDigestAlg: algorithm }),
  };
}

async function describe(
  request: FastifyRequest,
  name: ObjectName,
  services: Services,
): Promise<z.output<typeof namedAssetSchema>> {
  const { dispatchId, nodeId, key } = name;
  const asset = await services.database.assets.find(dispatchId, nodeId, key);
  const remote_uri = addressMaker(request, services)(name);
  if (asset === undefined)
    await (nodeId === null ? foundSummary(dispatchId, services) : foundNode(dispatchId, nodeId, services));
  const oldFile = oldFileOf(asset, name, services);
  if (oldFile !== undefined) return { remote_uri, ...(await describeOldFile(oldFile)) };
  const composed = asset?.digest ? undefined : await composedText(name, services);
  if (composed !== undefined)
    return { size: Buffer.byteLength(composed), remote_uri, codec: "text", content: composed };
  if (asset === undefined) return { size: 0, remote_uri };
  const { digest, codec, text, inline } = asset;
  const size = asset.size ?? 0;
  const content = inline !== undefined && isUtf8(inline) ? Buffer.from(inline).toString("utf8") : undefined;
  // Without our digest the bytes have not arrived.
  return digest === null ? { size, remote_uri } : { size, remote_uri, digest, codec, text, content };
}
