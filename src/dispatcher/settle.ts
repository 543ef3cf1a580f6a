import type { Outcome, ProducedPayload } from "../executors/executor.ts";
import type { AttemptEnded, StoredNode } from "../model/change.ts";
import type { PayloadRef } from "../model/payload.ts";
import type { ActiveDispatch } from "./active-dispatch.ts";
import { Advance, type Ending } from "./advance.ts";
import { tryAgain } from "./attempt-tally.ts";
import { isKept } from "./produced.ts";

type Logs = Pick<AttemptEnded, "stdout" | "stderr">;

/** Puts what an attempt made where it belongs. */
export type StorePayload = (payload: ProducedPayload) => Promise<PayloadRef>;

/** An attempt that has ended. */
export interface EndedAttempt {
  readonly active: ActiveDispatch;
  readonly node: StoredNode;
  readonly number: number;
  readonly token: string;
  readonly outcome: Outcome;
}

/** What an attempt's end comes to: changes for one commit, and whether the node waits for another attempt after it. */
export interface Settlement {
  readonly advance: Advance;
  readonly again: boolean;
}

/**
 * Decides what follows from an attempt's end. What the attempt made is stored first: if the process dies before the commit, an
 * unused file is left, and the executor tells the outcome once more.
 */
export async function settle(ended: EndedAttempt, store: StorePayload): Promise<Settlement> {
  const { active, node, token, outcome } = ended;
  const at = Date.now();
  const advance = new Advance(active.state, at);
  const attempt = { kind: "attempt-ended", node: node.row, number: ended.number, token } as const;
  if (outcome.status === "returned") {
    advance.changes.push({ ...attempt, status: "RETURNED", startedAt: null, endedAt: at });
    return { advance, again: true };
  }
  const { startedAt, endedAt } = outcome;
  const ending: Ending = startedAt === null ? {} : { startedAt };
  const run = { ...attempt, startedAt, endedAt, ...(await storedLogs(outcome, store)) };
  switch (outcome.status) {
    case "completed": {
      const output = isKept(outcome.output) ? outcome.output : await store(outcome.output);
      advance.changes.push({ ...run, status: "COMPLETED" });
      advance.complete(node.nodeId, output, ending);
      break;
    }
    case "cancelled":
      advance.changes.push({ ...run, status: "CANCELLED" });
      advance.cancel(node.nodeId, "cancelled", ending);
      break;
    case "failed": {
      const { failure } = outcome;
      advance.changes.push({ ...run, status: "FAILED", failure });
      if (tryAgain(active.tally(node), failure, node.options.retries ?? 0)) return { advance, again: true };
      advance.fail(node.nodeId, failure, ending);
    }
  }
  advance.finishDispatch();
  return { advance, again: false };
}

async function storedLogs(
  outcome: Exclude<Outcome, { status: "returned" }>,
  store: StorePayload,
): Promise<Logs> {
  const { stdout, stderr } = outcome;
  return {
    ...(stdout === undefined ? {} : { stdout: await store(stdout) }),
    ...(stderr === undefined ? {} : { stderr: await store(stderr) }),
  };
}
