import * as z from "zod";
import type { DashboardRow } from "../../database/repositories/dashboard-repository.ts";
import { CovalentError } from "../../model/errors.ts";
import { foundHeader } from "../found-dispatch.ts";
import type { ObjectName } from "../object-names.ts";
import type { App, Services } from "../services.ts";
import { dispatchItem, dispatchParams, sortDirection, tags, toItem, word } from "./dashboard-answers.ts";
import { shownText, shownValue } from "./shown-asset.ts";

const detailAnswer = dispatchItem.omit({ lattice_name: true }).extend({
  /** Where the original kept its files; `null` for what this server ran. */
  directory: z.string().nullable(),
  description: z.string().nullable(),
});

const PARTS = [
  "result",
  "function_string",
  "inputs",
  "error",
  "executor",
  "workflow_executor",
  "function",
] as const;
const partParams = dispatchParams.extend({ name: z.enum(PARTS) });
export const shownAsset = z.object({
  data: z.string().nullable(),
  python_object: z.string().nullable().optional(),
});
const details = z.record(z.string(), z.unknown());
const partAnswer = z.union([
  shownAsset,
  z.object({ executor_name: z.string(), executor_details: details }),
  z.object({ workflow_executor_name: z.string(), workflow_executor_details: details }),
]);

const subQuery = z.object({
  sort_by: word(["runtime", "total_electrons", "lattice_name"], "runtime"),
  sort_direction: sortDirection,
});

/** One dispatch: what its lattice is, and the dispatches of its sublattices. */
export function latticeRoutes(app: App, services: Services): void {
  app.get(
    "/api/v1/dispatches/:dispatch_id",
    { schema: { tags, params: dispatchParams, summary: "A dispatch", response: { 200: detailAnswer } } },
    (request) => detail(request.params.dispatch_id, services),
  );
  app.get(
    "/api/v1/dispatches/:dispatch_id/details/:name",
    { schema: { tags, params: partParams, summary: "A part of a lattice", response: { 200: partAnswer } } },
    (request) => part(request.params.dispatch_id, request.params.name, services),
  );
  app.get(
    "/api/v1/dispatches/:dispatch_id/sublattices",
    {
      schema: {
        tags,
        params: dispatchParams,
        querystring: subQuery,
        summary: "The dispatches of a dispatch's sublattices",
        response: { 200: z.object({ sub_lattices: z.array(dispatchItem) }) },
      },
    },
    async (request) => {
      const { sort_by: by, sort_direction } = request.query;
      const { dispatch_id } = request.params;
      await foundRow(dispatch_id, services);
      const ordering = { by, descending: sort_direction === "DESC" };
      const rows = await services.database.dashboard.subDispatches(dispatch_id, ordering);
      return { sub_lattices: rows.map(toItem) };
    },
  );
}

/** @throws {CovalentError} `DISPATCH_NOT_FOUND` */
async function foundRow(dispatchId: string, { database }: Services): Promise<DashboardRow> {
  const row = await database.dashboard.find(dispatchId);
  if (row === undefined) throw new CovalentError("DISPATCH_NOT_FOUND", { dispatchId });
  return row;
}

async function detail(dispatchId: string, services: Services): Promise<z.output<typeof detailAnswer>> {
  const row = await foundRow(dispatchId, services);
  const { lattice_name: _, ...item } = toItem(row);
  const result = await services.database.assets.find(dispatchId, null, "result");
  return {
    ...item,
    directory: result?.storagePath || null,
    description: await shownText({ dispatchId, nodeId: null, key: "doc" }, services),
  };
}

async function part(dispatchId: string, name: (typeof PARTS)[number], services: Services) {
  const { lattice, metadata } = await foundHeader(dispatchId, services);
  const asset = (key: string): ObjectName => ({ dispatchId, nodeId: null, key });
  switch (name) {
    case "executor":
      return { executor_name: lattice.metadata.executor, executor_details: lattice.metadata.executor_data };
    case "workflow_executor":
      return {
        workflow_executor_name: lattice.metadata.workflow_executor,
        workflow_executor_details: lattice.metadata.workflow_executor_data,
      };
    case "function_string":
      return { data: await shownText(asset("workflow_function_string"), services) };
    case "function":
      return shownValue(asset("workflow_function"), services);
    case "inputs":
      return shownValue(asset("inputs"), services);
    case "error":
      return { data: (await shownText(asset("error"), services)) ?? metadata.reason ?? null };
    case "result":
      return shownValue(await resultOf(dispatchId, services), services);
  }
}

/** What a lattice returned: an asset of its own, or the output of the last node. */
async function resultOf(dispatchId: string, { database }: Services): Promise<ObjectName> {
  const own = { dispatchId, nodeId: null, key: "result" };
  if ((await database.assets.find(dispatchId, null, "result")) !== undefined) return own;
  const nodes = (await database.dashboard.find(dispatchId))?.electrons ?? 0;
  const [last] = await database.dispatches.nodeStates(dispatchId, { after: nodes - 2, limit: 1 });
  return last?.type === "reconstruct" ? { dispatchId, nodeId: last.id, key: "output" } : own;
}
