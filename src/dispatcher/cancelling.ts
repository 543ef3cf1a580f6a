import { passedDeadline } from "../model/deadline.ts";
import { isTerminal } from "../model/status.ts";
import type { ActiveDispatch } from "./active-dispatch.ts";
import type { Advance } from "./advance.ts";

/** What of a dispatch cannot end at once: whoever has it must confirm that it no longer runs. */
export interface Unconfirmed {
  /** Tokens of attempts. */
  readonly attempts: readonly string[];
  /** Dispatches of sublattice nodes. */
  readonly dispatches: readonly string[];
}

/** How many of the nodes that ran are named when a deadline passes. */
const NAMED = 5;

/**
 * Ends what may not go on, as {@link ActiveDispatch.stopReason} says: nodes that wait, for parents, for their turn or for a retry,
 * are CANCELLED in this advance; of the others it says who has to be told. What has ended stays as it is.
 */
export function endStopped(active: ActiveDispatch, advance: Advance): Unconfirmed {
  const attempts: string[] = [];
  const dispatches: string[] = [];
  const waiting: number[] = [];
  for (const id of candidates(active)) {
    const status = active.state.status(id);
    if (isTerminal(status)) continue;
    if (active.underWay.has(id)) {
      const token = active.underWay.get(id);
      if (token !== undefined) attempts.push(token);
      continue;
    }
    const dispatch = status === "DISPATCHING" ? active.subDispatches.get(id) : undefined;
    if (dispatch === undefined) waiting.push(id);
    else dispatches.push(dispatch);
  }
  cancelWaiting(active, advance, waiting);
  return { attempts, dispatches };
}

function candidates({ isStopped, stoppedNodes, state }: ActiveDispatch): Iterable<number> {
  return isStopped ? state.nodes.keys() : stoppedNodes;
}

function cancelWaiting(active: ActiveDispatch, advance: Advance, waiting: readonly number[]): void {
  for (const id of waiting) active.endWait(id);
  // All at once: each has its own reason, and not that of an ancestor.
  advance.cancelEach(waiting, (id) => active.stopReason(id));
}

/** The deadline has passed: the dispatch is FAILED for it, and what of it has not ended is to end. */
export function expire(active: ActiveDispatch, deadlineMs: number): void {
  const running = [...active.underWay.keys(), ...active.subDispatches.keys()].filter(
    (id) => !isTerminal(active.state.status(id)),
  );
  const named = running.slice(0, NAMED).map((id) => `${active.state.node(id).name} (node ${id})`);
  const more = running.length > NAMED ? ` and ${running.length - NAMED} more` : "";
  const meanwhile = named.length === 0 ? "" : ` while ${named.join(", ")}${more} ran`;
  const passed = passedDeadline(deadlineMs);
  active.state.overdue = `${passed}${meanwhile}`;
  active.stop(passed);
}
