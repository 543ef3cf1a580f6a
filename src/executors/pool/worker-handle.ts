import * as z from "zod";
import type { ProcessIdentity } from "../../process/process-identity.ts";

const schema = z.object({
  worker: z.string().regex(/^[\w-]+$/),
  pid: z.int().positive(),
  bootId: z.string(),
  startTime: z.string(),
});

/** The durable handle of an attempt: the worker it was given to, and which process that was. */
export type WorkerHandle = ProcessIdentity & { readonly worker: string };

/** A handle read back from the database; `undefined` when it is none of ours. */
export function parseHandle(handle: unknown): WorkerHandle | undefined {
  return schema.safeParse(handle).data;
}
