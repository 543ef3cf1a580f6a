import type { StoredNode } from "../model/change.ts";

/** How many attempts may run at once on this server: by tag, and by the executor's name. What is not named has no limit. */
export interface LimitSettings {
  readonly tags: Readonly<Record<string, number>>;
  readonly executors: Readonly<Record<string, number>>;
}

export const NO_LIMITS: LimitSettings = { tags: {}, executors: {} };

interface Counter {
  limit: number;
  running: number;
}

/** What nodes with the same limits pass: it is open while there is a place under every one of them. */
export class Gate {
  readonly #counters: readonly Counter[];
  readonly #limits: Limits;

  constructor(limits: Limits, counters: readonly Counter[]) {
    this.#limits = limits;
    this.#counters = counters;
  }

  get isOpen(): boolean {
    return !this.#limits.held && this.#counters.every(({ running, limit }) => running < limit);
  }

  /** Takes a place, be there one or not: an attempt that runs already has it. */
  enter(): void {
    for (const counter of this.#counters) counter.running += 1;
  }

  leave(): void {
    for (const counter of this.#counters) counter.running -= 1;
    this.#limits.freed();
  }
}

/** The limits of a server, and how far each is used. A limit makes work wait; it fails nothing. */
export class Limits {
  /** While dispatches are taken up nobody knows yet what runs: every gate is closed. */
  held = false;
  readonly #settings: LimitSettings;
  readonly #hasExecutors: boolean;
  readonly #counters = new Map<string, Counter>();
  readonly #gates = new Map<string, Gate>();
  readonly #onFreed: () => void;

  /** @param onFreed called when a gate may have opened */
  constructor(settings: LimitSettings, onFreed: () => void) {
    this.#settings = settings;
    this.#hasExecutors = Object.keys(settings.executors).length > 0;
    this.#onFreed = onFreed;
  }

  freed(): void {
    this.#onFreed();
  }

  /** The gate of a node; `undefined` for those that nothing limits. Electrons of the same name in different projects are different. */
  gateOf({ options, electron, executor }: StoredNode, projectRoot: string | null): Gate | undefined {
    const { concurrency, tags } = options;
    if (concurrency === undefined && tags === undefined && !this.#hasExecutors) return undefined;
    const limits: [string, number | undefined][] = [
      [`electron ${projectRoot} ${electron}`, concurrency],
      [`executor ${executor}`, own(this.#settings.executors, executor)],
      ...new Set(tags ?? [])
        .values()
        .map((tag): [string, number | undefined] => [`tag ${tag}`, own(this.#settings.tags, tag)]),
    ];
    const set = limits.filter((each): each is [string, number] => each[1] !== undefined);
    return set.length === 0 ? undefined : this.#gate(set);
  }

  #gate(limits: readonly (readonly [string, number])[]): Gate {
    const counters = limits.map(([name, limit]) => this.#counter(name, limit));
    const key = limits.map(([name]) => name).join("\n");
    const known = this.#gates.get(key);
    if (known !== undefined) return known;
    const gate = new Gate(this, counters);
    this.#gates.set(key, gate);
    return gate;
  }

  /** An electron that was changed brings a new limit: the newest counts. */
  #counter(name: string, limit: number): Counter {
    const known = this.#counters.get(name);
    if (known !== undefined) {
      known.limit = limit;
      return known;
    }
    const counter = { limit, running: 0 };
    this.#counters.set(name, counter);
    return counter;
  }
}

function own(settings: Readonly<Record<string, number>>, name: string): number | undefined {
  return Object.hasOwn(settings, name) ? settings[name] : undefined;
}
