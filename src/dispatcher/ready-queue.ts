/**
 * The nodes that are ready for one executor, fair between dispatches: they take turns, and within a dispatch it is first come,
 * first served.
 */
export class ReadyQueue<Dispatch> {
  readonly #byDispatch = new Map<Dispatch, { nodes: number[]; next: number }>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(dispatch: Dispatch, nodes: readonly number[]): void {
    if (nodes.length === 0) return;
    const queue = this.#byDispatch.get(dispatch);
    if (queue === undefined) this.#byDispatch.set(dispatch, { nodes: [...nodes], next: 0 });
    else for (const node of nodes) queue.nodes.push(node);
    this.#size += nodes.length;
  }

  /** The next node, of the dispatch whose turn it is. */
  take(): { readonly dispatch: Dispatch; readonly node: number } | undefined {
    for (const [dispatch, queue] of this.#byDispatch) {
      const node = queue.nodes[queue.next++];
      // A map iterates in order of insertion: put back at the end, the dispatch has its next turn after all others.
      this.#byDispatch.delete(dispatch);
      if (queue.next < queue.nodes.length) this.#byDispatch.set(dispatch, queue);
      if (node === undefined) continue;
      this.#size--;
      return { dispatch, node };
    }
    return undefined;
  }
}
