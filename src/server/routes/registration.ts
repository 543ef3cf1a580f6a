import { Readable } from "node:stream";
import type { FastifyRequest } from "fastify";
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
  const { dispatches } = services.database;
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
    async (request, reply) => {
      const streamed = isStreamed(request);
      const parts = streamed
        ? partsOfStream(jsonLines(rawBody(request), services.limits.lineBytes))
        : await wholeParts(request, services.limits);
      const { dispatchId, rootDispatchId, referenced } = await register(parts, dispatches);
      const missing = await services.missing.expect(dispatchId, referenced);
      reply.code(201);
      if (!streamed) {
        const header = await foundHeader(dispatchId, services);
        const addressOf = addressMaker(request, services);
        return reply
          .type("application/json")
          .send(Readable.from(manifestJson({ dispatches, header, dispatchId, addressOf })));
      }
      return reply.send({
        metadata: { dispatch_id: dispatchId, root_dispatch_id: rootDispatchId, status: "NEW_OBJECT" },
        missing_assets: missing,
      });
    },
  );
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
