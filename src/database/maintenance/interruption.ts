import type { Surroundings } from "./surroundings.ts";

/** Somebody pressed Ctrl-C. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** @throws {Interrupted} */
export function stopWhenInterrupted(around: Pick<Surroundings, "interrupted">): void {
  if (around.interrupted()) throw new Interrupted("interrupted");
}
