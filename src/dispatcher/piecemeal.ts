import { setImmediate as turn } from "node:timers/promises";

/** Nodes that are handled in one turn of the event loop: a few milliseconds. */
export const NODES_PER_TURN = 5_000;

/** Work that stops whenever it has gone on for long enough, and can be left or gone on with then. */
export type Piecemeal<Result = void> = Generator<void, Result>;

/** Goes over many items, and stops between two turns' worth of them. */
export function* eachOf<Item>(items: readonly Item[], visit: (item: Item) => void): Piecemeal {
  let visited = 0;
  for (const item of items) {
    if (visited > 0 && visited % NODES_PER_TURN === 0) yield;
    visit(item);
    visited += 1;
  }
}

/** Does work with turns of others in between: a large graph takes longer than anybody should wait. A small one is done at once. */
export async function inTurns<Result>(work: Piecemeal<Result>): Promise<Result> {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    await turn();
  }
}
