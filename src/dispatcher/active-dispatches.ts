import type { ActiveDispatch } from "./active-dispatch.ts";

/** The dispatches that are under way, by id; sublattices are among them, and know which one they belong to. */
export class ActiveDispatches implements Iterable<ActiveDispatch> {
  readonly #byId = new Map<string, ActiveDispatch>();

  get size(): number {
    return this.#byId.size;
  }

  [Symbol.iterator](): Iterator<ActiveDispatch> {
    return this.#byId.values();
  }

  get(dispatchId: string): ActiveDispatch | undefined {
    return this.#byId.get(dispatchId);
  }

  add(active: ActiveDispatch): void {
    this.#byId.set(active.id, active);
  }

  /** False once it has ended or rests. */
  holds(active: ActiveDispatch): boolean {
    return this.#byId.get(active.id) === active;
  }

  /** It has ended or rests: nothing of it rings any more. False when that was so already. */
  remove(active: ActiveDispatch): boolean {
    if (!this.holds(active)) return false;
    active.dispose();
    this.#byId.delete(active.id);
    // Behind that: what these held up goes on.
    active.leavePlaces();
    return true;
  }

  /** The dispatch whose node it is. */
  parentOf({ state }: ActiveDispatch): ActiveDispatch | undefined {
    return state.stored.parent === null ? undefined : this.#byId.get(state.stored.parent.dispatchId);
  }

  // Loops and no recursion: a lattice that calls itself may be many thousands deep.

  /** True while it, or one that it belongs to, is paused. */
  isPaused(active: ActiveDispatch): boolean {
    let each: ActiveDispatch | undefined = active;
    while (each !== undefined && !each.paused) each = this.parentOf(each);
    return each !== undefined;
  }

  /** How many sublattices with a place of their own it is within. */
  levelOf(active: ActiveDispatch): number {
    let level = 0;
    let each = active;
    for (let parent = this.parentOf(each); parent !== undefined; parent = this.parentOf(each)) {
      if (parent.hasPlace(each.state.stored.parent?.nodeId ?? -1)) level += 1;
      each = parent;
    }
    return level;
  }

  /** Its own priority with those of the dispatches that it belongs to. */
  priorityOf(active: ActiveDispatch): number {
    let { priority } = active.state.stored;
    for (let each = this.parentOf(active); each !== undefined; each = this.parentOf(each))
      priority += each.state.stored.priority;
    return priority;
  }
}
