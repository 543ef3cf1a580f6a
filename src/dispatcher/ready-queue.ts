import { FairLine } from "./fair-line.ts";

/** What lets so many through and no more. */
export interface Turnstile {
  readonly isOpen: boolean;
  enter(): void;
  leave(): void;
}

/** How a node waits: `gate` is absent when nothing limits it. */
export interface Standing {
  readonly priority: number;
  readonly gate: Turnstile | undefined;
}

/** A node that may start: it has passed its gate, and whoever took it says when it leaves. */
export interface Admitted<Dispatch> {
  readonly dispatch: Dispatch;
  readonly node: number;
  readonly gate: Turnstile | undefined;
}

/**
 * The nodes that are ready for one executor: the highest priority first, fair between dispatches. Nodes with a limit stand in a
 * line of their own for each gate, so that those whose gate is closed hold up nobody else; lines of equal priority take turns.
 */
export class ReadyQueue<Dispatch> {
  /** None of them is empty. */
  readonly #lines = new Map<Turnstile | undefined, FairLine<Dispatch>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** True when {@link take} would give a node. */
  get hasNext(): boolean {
    return this.#next() !== undefined;
  }

  add(dispatch: Dispatch, node: number, { priority, gate }: Standing): void {
    let line = this.#lines.get(gate);
    if (line === undefined) {
      line = new FairLine();
      this.#lines.set(gate, line);
    }
    line.add(dispatch, node, priority);
    this.#size += 1;
  }

  /** The next node whose gate is open. */
  take(): Admitted<Dispatch> | undefined {
    const next = this.#next();
    if (next === undefined) return undefined;
    const [gate, line] = next;
    const taken = line.take();
    // A map iterates in order of insertion: put back at the end, the line has its next turn after those of the same priority.
    if (this.#lines.size > 1 || line.priority === undefined) this.#lines.delete(gate);
    if (line.priority !== undefined) this.#lines.set(gate, line);
    if (taken === undefined) return undefined;
    this.#size -= 1;
    gate?.enter();
    return { ...taken, gate };
  }

  #next(): [Turnstile | undefined, FairLine<Dispatch>] | undefined {
    let best: [Turnstile | undefined, FairLine<Dispatch>] | undefined;
    for (const each of this.#lines) {
      const [gate, line] = each;
      if (gate?.isOpen === false) continue;
      if (best === undefined || (line.priority ?? 0) > (best[1].priority ?? 0)) best = each;
    }
    return best;
  }
}
