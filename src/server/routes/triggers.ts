import * as z from "zod";
import { CovalentError } from "../../model/errors.ts";
import { type TriggerDefinition, type TriggerRecord, triggerSchema } from "../../model/trigger.ts";
import { foundSummary } from "../found-dispatch.ts";
import type { App, Services } from "../services.ts";
import type { TriggerControl } from "../trigger-control.ts";
import { flag } from "./dispatches.ts";

const tags = ["triggers"];
const dispatchId = z.string().max(64);
const registration = z.object({ lattice_dispatch_id: dispatchId }).and(triggerSchema);
const triggerParams = z.object({ trigger_id: z.string().max(64) });

const listQuery = z.object({
  dispatch_id: dispatchId.optional(),
  /** False shows those that were stopped, too. */
  observed: flag.default(true),
  offset: z.coerce.number().int().min(0).max(1e9).default(0),
  count: z.coerce.number().int().min(0).max(1_000).default(100),
});

const triggerAnswer = z.object({
  id: z.string(),
  dispatch_id: z.string(),
  /** What it starts; `null` when that dispatch is gone. */
  lattice_name: z.string().nullable(),
  definition: z.record(z.string(), z.unknown()),
  created_at: z.iso.datetime(),
  stopped_at: z.iso.datetime().nullable(),
  /** Since when it is paused. */
  paused_at: z.iso.datetime().nullable(),
  due_at: z.iso.datetime().nullable(),
  events: z.int(),
  fired: z.int(),
  fired_at: z.iso.datetime().nullable(),
  last_dispatch_id: z.string().nullable(),
  problem: z.string().nullable(),
});
const listAnswer = z.object({
  triggers: z.array(triggerAnswer),
  metadata: z.object({ count: z.int(), total: z.int() }),
});
const stopped = z.object({ stopped: z.array(z.string()) });

/**
 * Triggers: the original's three routes (`/api/triggers`), which its SDK uses, and ours, which show them. The dispatch of a trigger is
 * started when it fires first, and repeated each further time.
 */
export function triggerRoutes(app: App, services: Services): void {
  originalRoutes(app, services);
  app.get(
    "/api/v2/triggers",
    {
      schema: {
        tags,
        querystring: listQuery,
        summary: "List triggers, newest first",
        response: { 200: listAnswer },
      },
    },
    async (request) => {
      const { dispatch_id, ...page } = request.query;
      const query = dispatch_id === undefined ? page : { ...page, dispatchId: dispatch_id };
      const { items, total } = await services.database.triggers.list(query);
      return { triggers: await shownTriggers(items, services), metadata: { count: items.length, total } };
    },
  );
  app.post(
    "/api/v2/triggers/:trigger_id/fire",
    {
      schema: {
        tags,
        params: triggerParams,
        summary: "Start what a trigger starts, now",
        response: { 202: z.object({ dispatch_id: z.string() }) },
      },
    },
    async (request, reply) => {
      const dispatch_id = await enabled(services).fire(request.params.trigger_id);
      return reply.code(202).send({ dispatch_id });
    },
  );
  app.put(
    "/api/v2/triggers/:trigger_id/paused",
    {
      schema: {
        tags,
        params: triggerParams,
        body: z.object({ paused: z.boolean() }),
        summary: "Pause a trigger, or let it go on",
        response: { 200: triggerAnswer },
      },
    },
    async (request) => {
      const { trigger_id } = request.params;
      return shownTrigger(await enabled(services).setPaused(trigger_id, request.body.paused), services);
    },
  );
  app.delete(
    "/api/v2/triggers/:trigger_id",
    {
      schema: {
        tags,
        params: triggerParams,
        summary: "Observe a trigger no more",
        response: { 200: stopped },
      },
    },
    async (request) => {
      const { trigger_id: id } = request.params;
      if ((await services.database.triggers.find(id)) === undefined)
        throw new CovalentError("TRIGGER_NOT_FOUND", { triggerId: id });
      return { stopped: [...(await enabled(services).stop({ ids: [id] }))] };
    },
  );
}

function originalRoutes(app: App, services: Services): void {
  app.get(
    "/api/triggers/status",
    {
      schema: {
        tags,
        summary: "Whether this server observes triggers",
        response: { 200: z.object({ status: z.enum(["running", "disabled"]) }) },
      },
    },
    () => ({ status: services.triggers === undefined ? ("disabled" as const) : ("running" as const) }),
  );
  app.get(
    "/api/triggers/healthcheck",
    {
      schema: {
        tags,
        summary: "200 while the server lives",
        response: { 200: z.object({ status: z.string() }) },
      },
    },
    () => ({ status: "ok" }),
  );
  app.post(
    "/api/triggers/register",
    {
      schema: {
        tags,
        body: registration,
        summary: "Observe a trigger of a dispatch",
        response: { 200: triggerAnswer },
      },
    },
    async (request) => {
      const { lattice_dispatch_id, ...definition } = request.body;
      return shownTrigger(await register(lattice_dispatch_id, definition, services), services);
    },
  );
  app.post(
    "/api/triggers/stop_observe",
    {
      schema: {
        tags,
        body: z.union([dispatchId, z.array(dispatchId).max(10_000)]),
        summary: "Observe the triggers of dispatches no more",
        response: { 200: stopped },
      },
    },
    async (request) => {
      const dispatchIds = [request.body].flat();
      for (const id of dispatchIds) await foundSummary(id, services);
      return { stopped: [...(await enabled(services).stop({ dispatchIds }))] };
    },
  );
}

/** @throws {CovalentError} `TRIGGERS_DISABLED` */
function enabled({ triggers }: Services): TriggerControl {
  if (triggers === undefined) throw new CovalentError("TRIGGERS_DISABLED");
  return triggers;
}

async function register(
  dispatchId: string,
  definition: TriggerDefinition,
  services: Services,
): Promise<TriggerRecord> {
  const triggers = enabled(services);
  const { status, language } = await foundSummary(dispatchId, services);
  if (language === null) throw new CovalentError("DISPATCH_OF_ORIGINAL", { dispatchId, status });
  return triggers.register(dispatchId, definition);
}

type TriggerAnswer = z.output<typeof triggerAnswer>;

async function shownTrigger(trigger: TriggerRecord, { database }: Services): Promise<TriggerAnswer> {
  const summary = await database.dispatches.summary(trigger.dispatchId);
  return triggerAnswerOf(trigger, summary?.name);
}

async function shownTriggers(
  triggers: readonly TriggerRecord[],
  { database }: Services,
): Promise<TriggerAnswer[]> {
  const dispatchIds = [...new Set(triggers.map(({ dispatchId }) => dispatchId))];
  const page = { offset: 0, count: dispatchIds.length };
  const { items } = await database.dispatches.list({ ...page, dispatchIds, rootsOnly: false });
  const names = new Map(items.map(({ dispatch_id, name }) => [dispatch_id, name]));
  return triggers.map((trigger) => triggerAnswerOf(trigger, names.get(trigger.dispatchId)));
}

function triggerAnswerOf(trigger: TriggerRecord, latticeName: string | undefined): TriggerAnswer {
  const { id, definition, events, fired, problem } = trigger;
  return {
    id,
    dispatch_id: trigger.dispatchId,
    lattice_name: latticeName ?? null,
    definition,
    created_at: isoTime(trigger.createdAt),
    stopped_at: isoTimeOrNull(trigger.stoppedAt),
    paused_at: isoTimeOrNull(trigger.pausedAt),
    due_at: isoTimeOrNull(trigger.dueAt),
    events,
    fired,
    fired_at: isoTimeOrNull(trigger.firedAt),
    last_dispatch_id: trigger.lastDispatchId,
    problem,
  };
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

function isoTimeOrNull(ms: number | null): string | null {
  return ms === null ? null : isoTime(ms);
}
