import * as z from "zod";
import { WAIT_EDGE } from "../../model/node.ts";
import { foundNode } from "../found-dispatch.ts";
import type { ObjectName } from "../object-names.ts";
import type { App, Services } from "../services.ts";
import { nodeParams, plainTime, tags } from "./dashboard-answers.ts";
import { shownAsset } from "./lattice.ts";
import { type ShownAsset, shownHooks, shownText, shownValue, valueText } from "./shown-asset.ts";

const when = z.string().nullable();
const electronAnswer = z.object({
  id: z.int(),
  node_id: z.int(),
  parent_lattice_id: z.int().nullable(),
  type: z.string(),
  storage_path: z.string().nullable(),
  name: z.string(),
  status: z.string(),
  started_at: when,
  ended_at: when,
  /** Milliseconds; until now while it has no end. */
  runtime: z.number().nullable(),
  description: z.string(),
});

const PARTS = [
  "function_string",
  "function",
  "executor",
  "result",
  "value",
  "stdout",
  "hooks",
  "error",
  "info",
  "inputs",
] as const;
const partParams = nodeParams.extend({ name: z.enum(PARTS) });
const partAnswer = z.union([
  shownAsset,
  z.object({ executor_name: z.string(), executor_details: z.record(z.string(), z.unknown()) }),
]);

/** One node of a dispatch: how it does, and what it is made of. */
export function electronRoutes(app: App, services: Services): void {
  app.get(
    "/api/v1/dispatches/:dispatch_id/electron/:electron_id",
    { schema: { tags, params: nodeParams, summary: "A node", response: { 200: electronAnswer } } },
    async (request) => {
      const { dispatch_id, electron_id } = request.params;
      return electron(dispatch_id, electron_id, services);
    },
  );
  app.get(
    "/api/v1/dispatches/:dispatch_id/electron/:electron_id/details/:name",
    { schema: { tags, params: partParams, summary: "A part of a node", response: { 200: partAnswer } } },
    (request) => {
      const { dispatch_id, electron_id, name } = request.params;
      return part(dispatch_id, electron_id, name, services);
    },
  );
}

async function electron(
  dispatchId: string,
  nodeId: number,
  services: Services,
): Promise<z.output<typeof electronAnswer>> {
  const { metadata } = await foundNode(dispatchId, nodeId, services);
  const { start_time: start = null, end_time: end = null } = metadata;
  const runtime = start === null ? null : Date.parse(end ?? new Date().toISOString()) - Date.parse(start);
  return {
    id: nodeId,
    node_id: nodeId,
    parent_lattice_id: null,
    type: metadata.type ?? "function",
    storage_path: null,
    name: metadata.name,
    status: metadata.status,
    started_at: plainTime(start),
    ended_at: plainTime(end),
    runtime: Number.isNaN(runtime) ? null : runtime,
    description: "",
  };
}

async function part(dispatchId: string, nodeId: number, name: (typeof PARTS)[number], services: Services) {
  const { metadata } = await foundNode(dispatchId, nodeId, services);
  const asset = (key: string): ObjectName => ({ dispatchId, nodeId, key });
  switch (name) {
    case "executor":
      return { executor_name: metadata.executor, executor_details: metadata.executor_data };
    case "function_string":
    case "stdout":
    case "info":
      return { data: await shownText(asset(name), services) };
    case "hooks":
      return { data: await shownHooks(asset(name), services) };
    case "error":
      return { data: await errorOf(asset, metadata.reason, services) };
    case "function":
    case "value":
      return shownValue(asset(name), services);
    case "result":
      return shownValue(asset("output"), services);
    case "inputs":
      return inputsOf(dispatchId, nodeId, services);
  }
}

/** What the task printed as its error, then what went wrong around it. */
async function errorOf(
  asset: (key: string) => ObjectName,
  reason: string | null | undefined,
  services: Services,
): Promise<string> {
  const [stderr, error] = await Promise.all([
    shownText(asset("stderr"), services),
    shownText(asset("error"), services),
  ]);
  return `${stderr ?? ""}${error ?? ""}` || (reason ?? "");
}

/** Links looked at before others are served again. */
const PAGE = 1_000;

/** The values of the nodes that it takes, as `{'args': (…), 'kwargs': {…}}` with the text of each: Python source of itself. */
async function inputsOf(dispatchId: string, nodeId: number, services: Services): Promise<ShownAsset> {
  const args: { readonly index: number; readonly source: number }[] = [];
  const kwargs: { readonly name: string; readonly source: number }[] = [];
  for (let offset = 0; ; offset += PAGE) {
    const links = await services.database.dispatches.links(dispatchId, { offset, limit: PAGE });
    for (const { source, target, metadata } of links) {
      if (target !== nodeId || metadata.edge_name === WAIT_EDGE) continue;
      if (metadata.param_type === "arg") args.push({ index: metadata.arg_index ?? 0, source });
      else if (metadata.param_type === "kwarg") kwargs.push({ name: metadata.edge_name, source });
    }
    if (links.length < PAGE) break;
  }
  args.sort((a, b) => a.index - b.index);
  const literal = async (source: number): Promise<string> => {
    const text = await valueText({ dispatchId, nodeId: source, key: "output" }, services);
    // A text as JSON has it is one as Python has it, too.
    return text === null ? "None" : JSON.stringify(text);
  };
  const positional = await Promise.all(args.map(({ source }) => literal(source)));
  const named = await Promise.all(
    kwargs.map(async ({ name, source }) => `${JSON.stringify(name)}: ${await literal(source)}`),
  );
  const tuple = `(${positional.join(", ")}${positional.length === 1 ? "," : ""})`;
  const data = `{'args': ${tuple}, 'kwargs': {${named.join(", ")}}}`;
  return { data, python_object: data };
}
