import type { AttemptRecord } from "../../database/repositories/dispatch-repository.ts";
import type { OutputStream, PrintedSoFar } from "../../executors/executor.ts";
import { CovalentError } from "../../model/errors.ts";
import { foundNode } from "../found-dispatch.ts";
import type { Services } from "../services.ts";
import type { Growing } from "./tell-growth.ts";

/** A node of a dispatch. */
export interface NodePlace {
  readonly dispatchId: string;
  readonly nodeId: number;
}

/** How much the last attempt of a node has printed, in bytes. */
export function growingOutput(place: NodePlace, services: Services): Growing {
  const { dispatchId, nodeId } = place;
  const { database, printing } = services;
  return {
    event: "printed",
    async look() {
      const last = (await database.dispatches.attempts(dispatchId, nodeId)).at(-1);
      if (last === undefined) return undefined;
      const sizes = sizesOf(last, services);
      return sizes && { dispatch_id: dispatchId, node_id: nodeId, attempt: last.number, ...sizes };
    },
    watch(changed) {
      const isOwn = (event: { readonly dispatchId: string; readonly nodeId?: number }): boolean =>
        event.dispatchId === dispatchId && event.nodeId === nodeId;
      const unwatch = [...printing.values()].map((one) => one.watch(changed));
      unwatch.push(database.events.subscribe((events) => events.some(isOwn) && changed()));
      return () => {
        for (const stop of unwatch) stop();
      };
    },
  };
}

function sizesOf(attempt: AttemptRecord, services: Services): Record<OutputStream, number> | undefined {
  if (attempt.status !== null)
    return { stdout: attempt.stdout?.size ?? 0, stderr: attempt.stderr?.size ?? 0 };
  // Where it has just ended and its outcome is not stored yet there is nothing to tell: that will be an event.
  const now = printedNow(attempt, services);
  return now && { stdout: now.stdout.size, stderr: now.stderr.size };
}

/** What an attempt prints, while it is under way. */
export function printedNow(
  { executor, token }: AttemptRecord,
  { printing }: Services,
): PrintedSoFar | undefined {
  return printing.get(executor)?.of(token);
}

/** @throws {CovalentError} `DISPATCH_NOT_FOUND`, `NODE_NOT_FOUND`, `ATTEMPT_NOT_FOUND` */
export async function foundAttempt(
  { dispatchId, nodeId }: NodePlace,
  number: number,
  services: Services,
): Promise<AttemptRecord> {
  const attempts = await services.database.dispatches.attempts(dispatchId, nodeId);
  const attempt = attempts.find((one) => one.number === number);
  if (attempt !== undefined) return attempt;
  await foundNode(dispatchId, nodeId, services);
  throw new CovalentError("ATTEMPT_NOT_FOUND", { dispatchId, nodeId, number, count: attempts.length });
}
