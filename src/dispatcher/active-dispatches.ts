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
    return this.#byId.delete(active.id);
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

  /** Its own priority with those of the dispatches that it belongs to. */
  priorityOf(active: ActiveDispatch): number {
    const parent = this.parentOf(active);
    const { priority } = active.state.stored;
    return parent === undefined ? priority : priority + this.priorityOf(parent);
  }
}
