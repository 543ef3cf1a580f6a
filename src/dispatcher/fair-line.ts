interface Turn {
  readonly nodes: number[];
  next: number;
}

/** Nodes of one priority: dispatches take turns, and within a dispatch it is first come, first served. */
export class Level<Dispatch> {
  readonly priority: number;
  /** The number of the turn in which one of them was taken last, or the first of them came. */
  servedAt: number;
  readonly #byDispatch = new Map<Dispatch, Turn>();

  constructor(priority: number, servedAt: number) {
    this.priority = priority;
    this.servedAt = servedAt;
  }

  get isEmpty(): boolean {
    return this.#byDispatch.size === 0;
  }

  add(dispatch: Dispatch, node: number): void {
    const turn = this.#byDispatch.get(dispatch);
    if (turn === undefined) this.#byDispatch.set(dispatch, { nodes: [node], next: 0 });
    else turn.nodes.push(node);
  }

  take(): { readonly dispatch: Dispatch; readonly node: number } | undefined {
    for (const [dispatch, turn] of this.#byDispatch) {
      const node = turn.nodes[turn.next++];
      // A map iterates in order of insertion: put back at the end, the dispatch has its next turn after all others.
      this.#byDispatch.delete(dispatch);
      if (turn.next < turn.nodes.length) this.#byDispatch.set(dispatch, turn);
      if (node !== undefined) return { dispatch, node };
    }
    return undefined;
  }
}

/** Nodes that wait, the highest priority first, and fair between the dispatches of one priority. */
export class FairLine<Dispatch> {
  /** Highest first; none of them is empty. There is seldom more than one. */
  readonly #levels: Level<Dispatch>[] = [];

  get levels(): readonly Level<Dispatch>[] {
    return this.#levels;
  }

  get isEmpty(): boolean {
    return this.#levels.length === 0;
  }

  /** @param turn the number of this turn: from when on a priority that is new here waits */
  add(dispatch: Dispatch, node: number, priority: number, turn: number): void {
    this.#level(priority, turn).add(dispatch, node);
  }

  /** The next node of one of its levels. */
  take(
    level: Level<Dispatch>,
    turn: number,
  ): { readonly dispatch: Dispatch; readonly node: number } | undefined {
    level.servedAt = turn;
    const taken = level.take();
    if (level.isEmpty) this.#levels.splice(this.#levels.indexOf(level), 1);
    return taken;
  }

  #level(priority: number, turn: number): Level<Dispatch> {
    const at = this.#levels.findIndex((level) => level.priority <= priority);
    const found = this.#levels[at];
    if (found?.priority === priority) return found;
    const level = new Level<Dispatch>(priority, turn);
    this.#levels.splice(at === -1 ? this.#levels.length : at, 0, level);
    return level;
  }
}
