import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import * as z from "zod";
import {
  DISPATCH_SORTS,
  type DispatchFilter,
  type DispatchRepository,
} from "../../database/repositories/dispatch-repository.ts";
import { CovalentError } from "../../model/errors.ts";
import { manifestHeaderSchema } from "../../model/manifest.ts";
import { isTerminal, LEGACY_STATUSES, STATUSES } from "../../model/status.ts";
import { dispatchPageSchema } from "../answer-schemas.ts";
import { addressMaker } from "../client-address.ts";
import { foundHeader, foundSummary } from "../found-dispatch.ts";
import { manifestJson } from "../manifest-json.ts";
import type { ObjectName } from "../object-names.ts";
import { sizeOfOldAsset } from "../old-file.ts";
import type { App, Services } from "../services.ts";
import { startComplete } from "../start-complete.ts";

const tags = ["dispatches"];
export const dispatchParams = z.object({ dispatch_id: z.string().max(64) });

/** A parameter that may be repeated. */
const many = <Item extends z.ZodType>(item: Item) => z.union([item, z.array(item).max(1_000)]).optional();
/** Query strings know only text: `z.coerce.boolean` would take "false" for true. Python writes `True` and `False`. */
export const flag = z
  .enum(["true", "false", "True", "False", "1", "0"])
  .transform((text) => ["true", "True", "1"].includes(text));

const filterQuery = z.object({
  dispatch_id: many(z.string()),
  status: many(z.enum([...STATUSES, ...LEGACY_STATUSES])),
  /** Part of a name, a dispatch id or a tag. */
  search: z.string().max(200).optional(),
  /** False leaves out the dispatches that sublattices run as; the original's clients expect them. */
  sub_dispatches: flag.default(true),
});

const listQuery = filterQuery.extend({
  /** The original's: false gives the oldest first. `sort` says more. */
  latest: flag.default(true),
  sort: z.enum(DISPATCH_SORTS).default("created"),
  order: z.enum(["asc", "desc"]).optional(),
  offset: z.coerce.number().int().min(0).max(1e9).default(0),
  count: z.coerce.number().int().min(0).max(1_000).default(10),
  status_only: flag.default(false),
});

const statusBody = z.object({
  status: z.enum(["RUNNING", "CANCELLED"]),
  /** Only with CANCELLED: these nodes, all when empty. */
  task_ids: z.array(z.int().nonnegative()).max(1_000_000).nullish(),
});

const pausedBody = z.object({ paused: z.boolean() });

/** Dispatches as the original's clients know them: the list, the manifest, and the status that starts or cancels one. */
export function dispatchRoutes(app: App, services: Services): void {
  app.get(
    "/api/v2/dispatches",
    {
      schema: {
        tags,
        querystring: listQuery,
        summary: "List dispatches",
        response: { 200: dispatchPageSchema },
      },
    },
    (request) => list(request.query, services.database.dispatches),
  );
  app.get(
    "/api/v2/dispatch-counts",
    {
      schema: {
        tags,
        querystring: filterQuery,
        summary: "How many of the listed dispatches are in each status",
        response: { 200: z.object({ by_status: z.record(z.string(), z.int()) }) },
      },
    },
    async (request) => ({
      by_status: await services.database.dispatches.statusCounts(filterOf(request.query)),
    }),
  );
  app.get(
    "/api/v2/dispatches/:dispatch_id",
    { schema: { tags, params: dispatchParams, summary: "The whole manifest, with the state of every node" } },
    (request, reply) =>
      sendManifest(request.params.dispatch_id, addressMaker(request, services), services, reply),
  );
  app.get(
    "/api/v2/dispatches/:dispatch_id/header",
    {
      schema: {
        tags,
        params: dispatchParams,
        summary: "The manifest without nodes and links",
        response: { 200: manifestHeaderSchema },
      },
    },
    (request) => foundHeader(request.params.dispatch_id, services),
  );
  app.put(
    "/api/v2/dispatches/:dispatch_id/status",
    {
      schema: {
        tags,
        params: dispatchParams,
        body: statusBody,
        summary: "Start or cancel a dispatch",
        // The dispatch id, or what was cancelled.
        response: { 202: z.string() },
      },
    },
    async (request, reply) => {
      const said = await setStatus(request.params.dispatch_id, request.body, services);
      return reply.code(202).type("application/json").send(JSON.stringify(said));
    },
  );
  app.put(
    "/api/v2/dispatches/:dispatch_id/paused",
    {
      schema: {
        tags,
        params: dispatchParams,
        body: pausedBody,
        summary: "Pause a dispatch or let it go on",
        response: { 202: z.object({ dispatch_id: z.string(), paused: z.boolean() }) },
      },
    },
    async (request, reply) => {
      const { dispatch_id } = request.params;
      await setPaused(dispatch_id, request.body.paused, services);
      return reply.code(202).send({ dispatch_id, paused: request.body.paused });
    },
  );
}

async function list(query: z.output<typeof listQuery>, dispatches: DispatchRepository) {
  const { latest, sort: by, order, offset, count, status_only } = query;
  const sort = { by, descending: order === undefined ? latest : order === "desc" };
  const { items, total } = await dispatches.list({ ...filterOf(query), sort, offset, count });
  const shown = status_only
    ? items.map((item) => ({ dispatch_id: item.dispatch_id, status: item.status }))
    : items;
  return { dispatches: shown, metadata: { count: items.length, total } };
}

function filterOf(query: z.output<typeof filterQuery>): DispatchFilter {
  const { dispatch_id, status, search, sub_dispatches } = query;
  return {
    ...(dispatch_id !== undefined && { dispatchIds: [dispatch_id].flat() }),
    ...(status !== undefined && { statuses: [status].flat() }),
    ...(search !== undefined && { search }),
    rootsOnly: !sub_dispatches,
  };
}

async function sendManifest(
  dispatchId: string,
  addressOf: (name: ObjectName) => string | undefined,
  services: Services,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const header = await foundHeader(dispatchId, services).catch(asTheOriginal(dispatchId));
  if ("message" in header) return reply.code(404).send(header);
  const { dispatches } = services.database;
  const isOriginal = (await dispatches.summary(dispatchId))?.language === null;
  const sizes = isOriginal ? { sizeOf: (name: ObjectName) => sizeOfOldAsset(name, services) } : {};
  const text = manifestJson({ dispatches, header, dispatchId, addressOf, ...sizes });
  return reply.type("application/json").send(Readable.from(text));
}

async function setStatus(
  dispatchId: string,
  body: z.output<typeof statusBody>,
  services: Services,
): Promise<string> {
  const { status, language } = await foundSummary(dispatchId, services);
  if (language === null) throw new CovalentError("DISPATCH_OF_ORIGINAL", { dispatchId, status });
  if (body.status === "RUNNING") {
    if (status !== "NEW_OBJECT") return dispatchId;
    await startComplete(dispatchId, services);
    return dispatchId;
  }
  const nodeIds = body.task_ids ?? [];
  await services.dispatcher.cancel(dispatchId, nodeIds.length > 0 ? nodeIds : undefined);
  services.changes.tell("dispatches");
  return nodeIds.length > 0
    ? `Cancelled tasks [${nodeIds.join(", ")}] in dispatch ${dispatchId}.`
    : `Dispatch ${dispatchId} cancelled.`;
}

async function setPaused(dispatchId: string, paused: boolean, services: Services): Promise<void> {
  const { status, language } = await foundSummary(dispatchId, services);
  if (language === null) throw new CovalentError("DISPATCH_OF_ORIGINAL", { dispatchId, status });
  if (isTerminal(status)) throw new CovalentError("DISPATCH_ENDED", { dispatchId, status });
  await (paused ? services.dispatcher.pause(dispatchId) : services.dispatcher.resume(dispatchId));
  services.changes.tell("dispatches");
}

/** The one error whose shape the original's clients depend on. */
function asTheOriginal(dispatchId: string) {
  return (error: unknown) => {
    if (!(error instanceof CovalentError) || error.code !== "DISPATCH_NOT_FOUND") throw error;
    return {
      message: `The requested dispatch ID ${dispatchId} was not found.`,
      detail: error.message,
      code: error.code,
    };
  };
}
