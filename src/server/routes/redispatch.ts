import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import * as z from "zod";
import { CovalentError } from "../../model/errors.ts";
import { registeredSchema } from "../../model/manifest.ts";
import { addressMaker } from "../client-address.ts";
import { foundHeader } from "../found-dispatch.ts";
import { isStreamed, streamedParts, wholeParts } from "../manifest-body.ts";
import { manifestJson } from "../manifest-json.ts";
import type { ObjectName } from "../object-names.ts";
import { acceptRawBodies } from "../raw-body.ts";
import { askedOnce } from "../registration/asked-once.ts";
import {
  type Redispatched,
  type RedispatchRequest,
  registerAgain,
  repeat,
} from "../registration/redispatch.ts";
import type { App, Services } from "../services.ts";
import { dispatchParams, flag } from "./dispatches.ts";

const query = z.object({
  reuse_previous_results: flag.default(false),
  /** Takes over all results but those of this node and of what builds on it. Of a redispatch without a manifest. */
  from_node: z.coerce.number().int().nonnegative().max(0x7fff_ffff).optional(),
  /** Of a redispatch without a manifest, which has them otherwise. */
  idempotency_key: z.string().min(1).max(512).optional(),
  priority: z.coerce.number().int().optional(),
  deadline_ms: z.coerce.number().positive().optional(),
});

/**
 * Registers a dispatch that repeats another one. Without a body it has the same graph and inputs; otherwise the body is its manifest,
 * in both forms that a registration takes, and answered as there. A manifest of the original's clients is answered with an empty address
 * for everything that the server has from the earlier dispatch.
 */
export async function redispatchRoutes(app: App, services: Services): Promise<void> {
  acceptRawBodies(app);
  app.post(
    "/api/v2/dispatches/:dispatch_id/redispatches",
    {
      schema: {
        tags: ["dispatches"],
        params: dispatchParams,
        querystring: query,
        summary: "Run a dispatch again: the same, or with changes",
        consumes: ["application/json", "application/x-ndjson"],
        response: { 201: z.union([registeredSchema, z.unknown()]) },
      },
    },
    async (request, reply) => {
      const { reuse_previous_results: reuse, idempotency_key: idempotencyKey, ...rest } = request.query;
      const { priority, deadline_ms: deadlineMs, from_node: fromNode } = rest;
      const asked = {
        of: request.params.dispatch_id,
        reuse: reuse || fromNode !== undefined,
        fromNode,
        idempotencyKey,
        priority,
        deadlineMs,
      };
      if (hasNoBody(request)) return redispatchSame(asked, services, reply);
      if (fromNode !== undefined)
        throw new CovalentError("INVALID_ARGUMENT", {
          reason: "from_node names a node of the earlier graph; it goes with no other manifest",
        });
      return isStreamed(request)
        ? redispatchStreamed(request, asked, services, reply)
        : redispatchWhole(request, asked, services, reply);
    },
  );
}

function hasNoBody({ headers }: FastifyRequest): boolean {
  return headers["transfer-encoding"] === undefined && Number(headers["content-length"] ?? 0) === 0;
}

async function redispatchSame(asked: RedispatchRequest, services: Services, reply: FastifyReply) {
  return answer(await repeat(asked, services.database.dispatches), services, reply);
}

async function redispatchStreamed(
  request: FastifyRequest,
  asked: RedispatchRequest,
  services: Services,
  reply: FastifyReply,
) {
  const parts = streamedParts(request, services.limits);
  return answer(await registerAgain(parts, asked, services.database.dispatches), services, reply);
}

async function answer(redispatched: Redispatched, services: Services, reply: FastifyReply) {
  const { dispatchId: dispatch_id, rootDispatchId: root_dispatch_id, referenced, reused } = redispatched;
  const missing_assets = await services.missing.expect(dispatch_id, referenced);
  services.changes.tell("dispatches");
  const metadata = { dispatch_id, root_dispatch_id, status: "NEW_OBJECT" };
  return reply.code(201).send({ metadata, missing_assets, reused });
}

async function redispatchWhole(
  request: FastifyRequest,
  asked: RedispatchRequest,
  services: Services,
  reply: FastifyReply,
) {
  const { dispatches } = services.database;
  const parts = await wholeParts(request, services.limits);
  const { dispatchId, referenced, known, knownKeys } = await registerAgain(parts, asked, dispatches);
  await services.missing.expect(dispatchId, referenced);
  services.changes.tell("dispatches");
  const header = await foundHeader(dispatchId, services);
  const addressed = addressMaker(request, services);
  // The client uploads what has an address; what is there needs none.
  const isKnown = ({ nodeId, key }: ObjectName) => (nodeId === null ? knownKeys.has(key) : known.has(nodeId));
  const addressOf = askedOnce((name) => (isKnown(name) ? "" : addressed(name)));
  const text = manifestJson({ dispatches, header, dispatchId, addressOf });
  return reply.code(201).type("application/json").send(Readable.from(text));
}
