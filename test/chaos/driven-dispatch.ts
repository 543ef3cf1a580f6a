import { setTimeout as delay } from "node:timers/promises";
import { CovalentError, cancel, type DispatchOptions, dispatch, getResult, pause, resume } from "covalent-ts";
import { createClient } from "../../src/client/client.ts";
import type { Plan } from "./plans.ts";
import type { Chance } from "./seeded.ts";
import { chaos } from "./workflows/steps.ts";

/** A plan that was run to its end, as its client saw that. */
export interface Driven {
  readonly plan: Plan;
  readonly dispatchId: string;
  readonly status: string;
  readonly result: unknown;
}

const DEADLINE = 2_000;

/** Dispatches a plan, asks of it what the plan says, and waits for its end: as a client that tries again whenever it is not heard. */
export async function drive(plan: Plan, url: string, journal: string, chance: Chance): Promise<Driven> {
  const late = plan.disturbance === "deadline" ? { deadline: DEADLINE } : {};
  const options: DispatchOptions = { url, idempotencyKey: plan.name, ...late };
  const id = await insistently(() => dispatch(chaos, options)(journal, plan.steps));
  if (plan.disturbance === "cancel") {
    await delay(chance.between(0, 1_500));
    await insistently(() => cancel(id, { url }));
  } else if (plan.disturbance === "cancel-nodes") {
    await delay(chance.between(0, 1_500));
    const nodes = await insistently(() => endlessNodes(id, url));
    await insistently(() => cancel(id, { url, nodes }));
  } else if (plan.disturbance === "pause") {
    await delay(chance.between(0, 300));
    await untilEnded(() => pause(id, { url }));
    await delay(chance.between(0, 800));
    await untilEnded(() => resume(id, { url }));
  }
  const { status, result } = await insistently(() => getResult(id, { url, wait: true }));
  return { plan, dispatchId: id, status, result };
}

async function endlessNodes(dispatchId: string, url: string): Promise<number[]> {
  const { nodes } = await createClient({ url }).nodes(dispatchId);
  return nodes.filter(({ name }) => name === "endless").map(({ id }) => id);
}

/** A dispatch that has ended can be neither paused nor resumed. */
async function untilEnded(ask: () => Promise<void>): Promise<void> {
  try {
    await insistently(ask);
  } catch (error) {
    if (!(error instanceof CovalentError && error.code === "DISPATCH_ENDED")) throw error;
  }
}

/** Asks again when the server was killed, before or after it did what it was asked for. */
async function insistently<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof CovalentError && isPassing(error))) throw error;
      await delay(50);
    }
  }
}

function isPassing({ code }: CovalentError): boolean {
  return code === "SERVER_UNREACHABLE" || code === "SERVER_STOPPING";
}
