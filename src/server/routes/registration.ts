import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import * as z from "zod";
import { CovalentError } from "../../model/errors.ts";
import { registeredSchema } from "../../model/manifest.ts";
import { addressMaker } from "../client-address.ts";
import { foundHeader } from "../found-dispatch.ts";
import type { ServerLimits } from "../limits.ts";
import { manifestJson } from "../manifest-json.ts";
import { acceptRawBodies, rawBody } from "../raw-body.ts";
import {
  type ManifestPart,
  parseWhole,
  partsOfStream,
  partsOfWhole,
} from "../registration/manifest-lines.ts";
import { partsFromThread } from "../registration/manifest-thread.ts";
import { jsonLines } from "../registration/ndjson.ts";
import { register } from "../registration/register.ts";
import type { App, Services } from "../services.ts";

/**
 * Registers a dispatch from a manifest: one JSON body, as the original's clients send it (without a content type), answered by
 * the whole manifest with the address of each asset; or a stream of JSON lines (`application/x-ndjson`), answered by the ids and
 * what has to be uploaded.
 */
export async function registrationRoutes(app: App, services: Services): Promise<void> {
  acceptRawBodies(app);
  app.post(
    "/api/v2/dispatches",
    {
      schema: {
        tags: ["dispatches"],
        summary: "Register a dispatch",
        consumes: ["application/json", "application/x-ndjson"],
        response: { 201: z.union([registeredSchema, z.unknown()]) },
      },
    },
    (request, reply) =>
      isStreamed(request)
        ? registerStreamed(request, services, reply)
        : registerWhole(request, services, reply),
  );
}

async function registerStreamed(
  request: FastifyRequest,
  services: Services,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const lines = jsonLines(rawBody(request), services.limits.lineBytes);
  const registered = await register(partsOfStream(lines), services.database.dispatches);
  const { dispatchId: dispatch_id, rootDispatchId: root_dispatch_id } = registered;
  const missing_assets = await services.missing.expect(dispatch_id, registered.referenced);
  return reply
    .code(201)
    .send({ metadata: { dispatch_id, root_dispatch_id, status: "NEW_OBJECT" }, missing_assets });
}

async function registerWhole(
  request: FastifyRequest,
  services: Services,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { dispatches } = services.database;
  const { dispatchId, referenced } = await register(await wholeParts(request, services.limits), dispatches);
  await services.missing.expect(dispatchId, referenced);
  const header = await foundHeader(dispatchId, services);
  const text = manifestJson({ dispatches, header, dispatchId, addressOf: addressMaker(request, services) });
  return reply.code(201).type("application/json").send(Readable.from(text));
}

function isStreamed(request: FastifyRequest): boolean {
  const [type = ""] = (request.headers["content-type"] ?? "").toLowerCase().split(";");
  if (type.trim() === "application/x-ndjson") return true;
  if (type.trim() === "" || type.trim() === "application/json") return false;
  throw new CovalentError("INVALID_ARGUMENT", {
    reason: `a manifest is application/json or application/x-ndjson, not ${type}`,
  });
}

async function wholeParts(
  request: FastifyRequest,
  limits: ServerLimits,
): Promise<Generator<ManifestPart> | AsyncGenerator<ManifestPart>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of rawBody(request)) {
    size += chunk.length;
    if (size > limits.manifestBytes)
      throw new CovalentError("REQUEST_TOO_LARGE", { limit: limits.manifestBytes });
    chunks.push(chunk);
  }
  if (size < limits.threadBytes) return partsOfWhole(parseWhole(Buffer.concat(chunks)));
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return partsFromThread(bytes);
}
