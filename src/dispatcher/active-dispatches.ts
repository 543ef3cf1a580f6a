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

  /** True while it, or one that it belongs to, is paused. */
  isPaused(active: ActiveDispatch): boolean {
    if (active.paused) return true;
    const parent = this.parentOf(active);
    return parent !== undefined && this.isPaused(parent);
  }

  /** How many sublattices with a place of their own it is within. */
  levelOf(active: ActiveDispatch): number {
    const parent = this.parentOf(active);
    if (parent === undefined) return 0;
    const nodeId = active.state.stored.parent?.nodeId ?? -1;
    return this.levelOf(parent) + (parent.hasPlace(nodeId) ? 1 : 0);
  }

  /** Its own priority with those of the dispatches that it belongs to. */
  priorityOf(active: ActiveDispatch): number {
    const parent = this.parentOf(active);
    const { priority } = active.state.stored;
    return parent === undefined ? priority : priority + this.priorityOf(parent);
  }
}
