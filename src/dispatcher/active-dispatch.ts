import type { StoredDispatch, StoredNode } from "../model/change.ts";
import { type AttemptTally, tallyOf } from "./attempt-tally.ts";
import { DispatchState } from "./dispatch-state.ts";

/** A dispatch that is under way, with the attempts that its nodes have had. */
export class ActiveDispatch {
  readonly state: DispatchState;
  readonly #tallies = new Map<number, AttemptTally>();

  constructor(stored: StoredDispatch) {
    this.state = new DispatchState(stored);
  }

  get id(): string {
    return this.state.stored.dispatchId;
  }

  tally(node: StoredNode): AttemptTally {
    const known = this.#tallies.get(node.nodeId);
    if (known !== undefined) return known;
    const tally = tallyOf(node);
    this.#tallies.set(node.nodeId, tally);
    return tally;
  }
}
