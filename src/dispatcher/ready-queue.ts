import { FairLine, type Level } from "./fair-line.ts";

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

/** Of so many turns in which something of lower priority waits, one is for that: it is late, and never for ever. */
const LOWER_ONCE_IN = 20;

/** Where the next node is. */
interface Place<Dispatch> {
  readonly gate: Turnstile | undefined;
  readonly line: FairLine<Dispatch>;
  readonly level: Level<Dispatch>;
}

/**
 * The nodes that are ready for one executor: the highest priority first, fair between dispatches, and now and then the one of a lower
 * priority that has waited longest. Nodes with a limit stand in a line of their own for each gate, so that those whose gate is
 * closed hold up nobody else; lines of equal priority take turns.
 */
export class ReadyQueue<Dispatch> {
  /** None of them is empty. */
  readonly #lines = new Map<Turnstile | undefined, FairLine<Dispatch>>();
  #size = 0;
  #turn = 0;
  /** Turns in which something of lower priority waited, since it last had one. */
  #passedOver = 0;

  get size(): number {
    return this.#size;
  }

  /** True when {@link take} would give a node. */
  get hasNext(): boolean {
    return this.#first() !== undefined;
  }

  add(dispatch: Dispatch, node: number, { priority, gate }: Standing): void {
    let line = this.#lines.get(gate);
    if (line === undefined) {
      line = new FairLine();
      this.#lines.set(gate, line);
    }
    line.add(dispatch, node, priority, this.#turn);
    this.#size += 1;
  }

  /** The next node whose gate is open. */
  take(): Admitted<Dispatch> | undefined {
    const first = this.#first();
    if (first === undefined) return undefined;
    const { gate, line, level } = this.#lateOne(first.level.priority) ?? first;
    this.#turn += 1;
    const taken = line.take(level, this.#turn);
    // A map iterates in order of insertion: put back at the end, the line has its next turn after those of the same priority.
    if (this.#lines.size > 1 || line.isEmpty) this.#lines.delete(gate);
    if (!line.isEmpty) this.#lines.set(gate, line);
    if (taken === undefined) return undefined;
    this.#size -= 1;
    gate?.enter();
    return { ...taken, gate };
  }

  /** What has waited longest below a priority, when this turn is for it. */
  #lateOne(priority: number): Place<Dispatch> | undefined {
    let late: Place<Dispatch> | undefined;
    for (const [gate, line] of this.#lines) {
      if (gate?.isOpen === false) continue;
      for (const level of line.levels) {
        if (level.priority >= priority) continue;
        if (late === undefined || level.servedAt < late.level.servedAt) late = { gate, line, level };
      }
    }
    if (late === undefined) return undefined;
    this.#passedOver += 1;
    if (this.#passedOver < LOWER_ONCE_IN) return undefined;
    this.#passedOver = 0;
    return late;
  }

  #first(): Place<Dispatch> | undefined {
    let first: Place<Dispatch> | undefined;
    for (const [gate, line] of this.#lines) {
      const [level] = line.levels;
      if (level === undefined || gate?.isOpen === false) continue;
      if (first === undefined || level.priority > first.level.priority) first = { gate, line, level };
    }
    return first;
  }
}
