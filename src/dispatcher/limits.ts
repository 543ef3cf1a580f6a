import type { StoredNode } from "../model/change.ts";

/** How much may run at once on this server. */
export interface LimitSettings {
  /** Attempts, by tag and by the executor's name. What is not named has no limit. */
  readonly tags: Readonly<Record<string, number>>;
  readonly executors: Readonly<Record<string, number>>;
  /** Sublattices, at each level of those within one another; 0: no limit. */
  readonly sublattices: number;
}

export const NO_LIMITS: LimitSettings = { tags: {}, executors: {}, sublattices: 0 };

/** A counter's name with its limit. */
type Limit = readonly [name: string, limit: number];

/** A node, and what it belongs to. */
export interface LimitedNode {
  readonly node: StoredNode;
  /** Electrons of the same name in different projects are different. */
  readonly projectRoot: string | null;
  /** How many sublattices with a place of their own it is within. */
  readonly level: number;
}

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

  /** What an attempt of a node passes; `undefined` for those that nothing limits. A sublattice gets its place with its attempt. */
  gateOf(limited: LimitedNode): Gate | undefined {
    const { options, electron, executor, type } = limited.node;
    const { concurrency, tags } = options;
    const isFree = concurrency === undefined && tags === undefined && !this.#hasExecutors;
    if (isFree && type !== "sublattice") return undefined;
    return this.#gate([
      ...(type === "sublattice" ? this.#placesOf(limited) : []),
      ...set(type === "sublattice" ? undefined : concurrency, `electron ${limited.projectRoot} ${electron}`),
      ...set(own(this.#settings.executors, executor), `executor ${executor}`),
      ...[...new Set(tags)].flatMap((tag) => set(own(this.#settings.tags, tag), `tag ${tag}`)),
    ]);
  }

  /** What a sublattice stays in from the end of its attempt to its own; `undefined` when nothing limits how many run. */
  placeOf(limited: LimitedNode): Gate | undefined {
    return this.#gate(this.#placesOf(limited));
  }

  /**
   * Each level has counters of its own: who holds a place waits only for what is below, and never for a place that is held by
   * somebody who waits for it (docs/adr/0006).
   */
  #placesOf({ node, projectRoot, level }: LimitedNode): Limit[] {
    const { concurrency, map } = node.options;
    return [
      // A map is not what it calls: that is limited call by call.
      ...set(map ? undefined : concurrency, `sublattice ${level} ${projectRoot} ${node.electron}`),
      ...set(this.#settings.sublattices || undefined, `sublattices ${level}`),
    ];
  }

  #gate(limits: readonly Limit[]): Gate | undefined {
    if (limits.length === 0) return undefined;
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

function set(limit: number | undefined, name: string): Limit[] {
  return limit === undefined ? [] : [[name, limit]];
}

function own(settings: Readonly<Record<string, number>>, name: string): number | undefined {
  return Object.hasOwn(settings, name) ? settings[name] : undefined;
}
