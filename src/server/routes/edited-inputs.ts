import * as z from "zod";
import { CovalentError } from "../../model/errors.ts";
import type { App, Services } from "../services.ts";
import { dispatchParams } from "./dispatches.ts";

const tags = ["dispatches"];

const inputsAnswer = z.object({
  inputs: z.array(
    z.object({
      name: z.string(),
      /** The value, where JSON says all of it. */
      json: z.string().nullable(),
      /** For people. */
      text: z.string(),
    }),
  ),
});

const editedBody = z.object({
  /** JSON for each argument; null keeps what it was. */
  inputs: z.array(z.string().max(1_000_000).nullable()).max(1_000),
  reuse_previous_results: z.boolean().default(false),
});

/** The inputs of a dispatch for who wants to change them, and running it again with changed ones. */
export function editedInputRoutes(app: App, { inputEditing }: Services): void {
  const editing = () => {
    if (inputEditing !== undefined) return inputEditing;
    const alternative = "`covalent redispatch ID --args JSON` does it.";
    throw new CovalentError("NOT_YET", { feature: "editing inputs on this server", alternative });
  };
  app.get(
    "/api/v2/dispatches/:dispatch_id/inputs",
    {
      schema: {
        tags,
        params: dispatchParams,
        summary: "The arguments of the lattice, to be changed",
        response: { 200: inputsAnswer },
      },
    },
    async (request) => ({ inputs: [...(await editing().read(request.params.dispatch_id))] }),
  );
  app.post(
    "/api/v2/dispatches/:dispatch_id/edited-runs",
    {
      schema: {
        tags,
        params: dispatchParams,
        body: editedBody,
        summary: "Run a dispatch again with other arguments",
        response: { 201: z.object({ dispatch_id: z.string(), reused: z.int() }) },
      },
    },
    async (request, reply) => {
      const { inputs, reuse_previous_results: reuse } = request.body;
      const { dispatchId, reused } = await editing().run(request.params.dispatch_id, { inputs, reuse });
      return reply.code(201).send({ dispatch_id: dispatchId, reused });
    },
  );
}
