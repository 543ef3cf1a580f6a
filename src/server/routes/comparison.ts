import * as z from "zod";
import { NODE_TYPES } from "../../model/node.ts";
import { STATUSES } from "../../model/status.ts";
import { type ComparedNode, compareGraphs, DIFFERENCES } from "../comparison/compare.ts";
import { readCompared } from "../comparison/read-compared.ts";
import { foundSummary } from "../found-dispatch.ts";
import type { App, Services } from "../services.ts";
import { dispatchParams } from "./dispatches.ts";

const side = z
  .object({
    id: z.int(),
    status: z.enum(STATUSES),
    executor: z.string(),
    duration_ms: z.number().nullable(),
  })
  .nullable();

const comparison = z.object({
  /** Tasks and parameters; with one side `null` where only the other dispatch has it. */
  nodes: z.array(
    z.object({
      name: z.string(),
      type: z.enum(NODE_TYPES),
      a: side,
      b: side,
      differs: z.array(z.enum(DIFFERENCES)),
    }),
  ),
});

/** Two dispatches side by side. */
export function comparisonRoutes(app: App, services: Services): void {
  app.get(
    "/api/v2/dispatches/:dispatch_id/comparison/:other_id",
    {
      schema: {
        tags: ["dispatches"],
        params: dispatchParams.extend({ other_id: z.string().max(64) }),
        summary: "What differs between two dispatches, node by node",
        response: { 200: comparison },
      },
    },
    async (request) => {
      const { dispatch_id, other_id } = request.params;
      await foundSummary(dispatch_id, services);
      await foundSummary(other_id, services);
      const { dispatches } = services.database;
      const pairs = compareGraphs(
        await readCompared(dispatches, dispatch_id),
        await readCompared(dispatches, other_id),
      );
      return {
        nodes: pairs.map(({ a, b, differs }) => ({
          name: (a ?? b)?.name ?? "",
          type: (a ?? b)?.type ?? "function",
          a: sideOf(a),
          b: sideOf(b),
          differs: [...differs],
        })),
      };
    },
  );
}

function sideOf(node: ComparedNode | null) {
  if (node === null) return null;
  const { id, status, executor, durationMs: duration_ms } = node;
  return { id, status, executor, duration_ms };
}
