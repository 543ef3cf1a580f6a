import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import * as z from "zod";
import type { SublatticeNode } from "../../database/repositories/dispatch-repository.ts";
import { CovalentError } from "../../model/errors.ts";
import { newDispatchId } from "../../model/ids.ts";
import { registeredSchema } from "../../model/manifest.ts";
import { addressMaker } from "../client-address.ts";
import { foundHeader } from "../found-dispatch.ts";
import { isStreamed, streamedParts, wholeParts } from "../manifest-body.ts";
import { manifestJson } from "../manifest-json.ts";
import { acceptRawBodies } from "../raw-body.ts";
import { askedOnce } from "../registration/asked-once.ts";
import { PulledAssets } from "../registration/pulled-assets.ts";
import { type RegisterAs, register } from "../registration/register.ts";
import type { App, Services } from "../services.ts";
import { startComplete } from "../start-complete.ts";
import { flag } from "./dispatches.ts";

const query = z.object({
  /** A stream's dispatch starts at once, unless something has to be uploaded first. */
  start: flag.default(false),
  /** Of a single JSON body: the dispatch is what a sublattice's node becomes, which a task in Python builds at the moment. */
  parent_dispatch_id: z.string().max(64).optional(),
  parent_node_id: z.coerce.number().int().nonnegative().optional(),
});
type Query = z.output<typeof query>;

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
        querystring: query,
        consumes: ["application/json", "application/x-ndjson"],
        response: { 201: z.union([registeredSchema, z.unknown()]) },
      },
    },
    (request, reply) =>
      isStreamed(request)
        ? registerStreamed(request, request.query.start, services, reply)
        : registerWhole(request, request.query, services, reply),
  );
}

async function registerStreamed(
  request: FastifyRequest,
  start: boolean,
  services: Services,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const parts = streamedParts(request, services.limits);
  const registered = await register(parts, services.database.dispatches);
  const { dispatchId: dispatch_id, rootDispatchId: root_dispatch_id } = registered;
  const missing_assets = await services.missing.expect(dispatch_id, registered.referenced);
  const started = start && missing_assets.length === 0;
  // Nothing else tells of one that does not start.
  if (started) await startComplete(dispatch_id, services, registered.graph);
  else services.changes.tell("dispatches");
  const metadata = { dispatch_id, root_dispatch_id, status: started ? "STARTING" : "NEW_OBJECT" };
  return reply.code(201).send({ metadata, missing_assets, started });
}

async function registerWhole(
  request: FastifyRequest,
  { parent_dispatch_id, parent_node_id }: Query,
  services: Services,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { dispatches } = services.database;
  const pulled = new PulledAssets();
  if ((parent_dispatch_id === undefined) !== (parent_node_id === undefined))
    throw new CovalentError("INVALID_ARGUMENT", {
      reason: "parent_dispatch_id and parent_node_id belong together",
    });
  const as =
    parent_dispatch_id === undefined || parent_node_id === undefined
      ? undefined
      : subDispatchOf(await dispatches.sublatticeNode(parent_dispatch_id, parent_node_id));
  const parts = await wholeParts(request, services.limits);
  const { dispatchId, referenced } = await register(pulled.noted(parts), dispatches, as);
  // Registered before: what it left to be fetched has been.
  if (referenced !== null) await pulled.pull(dispatchId, services);
  await services.missing.expect(dispatchId, referenced);
  services.changes.tell("dispatches");
  const header = await foundHeader(dispatchId, services);
  const addressOf = askedOnce(addressMaker(request, services));
  const text = manifestJson({ dispatches, header, dispatchId, addressOf });
  return reply.code(201).type("application/json").send(Readable.from(text));
}

function subDispatchOf({ node, rootDispatchId }: SublatticeNode): RegisterAs {
  return { dispatchId: newDispatchId(), rootDispatchId, parentNode: node, inherit: (header) => header };
}
