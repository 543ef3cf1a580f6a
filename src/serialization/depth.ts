/**
 * Values may be nested up to a fixed depth. Without it the size of the stack would decide, which differs between processes: a
 * task's result could be written in one and be unreadable in the next.
 */
const MAX_NESTING = 1_000;

/** Thrown out of the walk; serialize turns it into an error for people. */
class TooDeep extends RangeError {}

/** True of what a walk throws that goes too deep, be it by our count or by the stack's. */
export function isTooDeep(error: unknown): boolean {
  return error instanceof TooDeep || (error instanceof RangeError && /call stack/i.test(error.message));
}

/** Called before the walk goes from an object into what it holds. */
export type Enter = (parent: object, child: unknown) => void;

/** Counts the levels of one depth-first walk that begins at `root`. */
export function createDepthGauge(root: unknown): Enter {
  const depths = new Map<unknown, number>([[root, 0]]);
  return (parent, child) => {
    if (typeof child !== "object" || child === null || depths.has(child)) return;
    const depth = (depths.get(parent) ?? 0) + 1;
    if (depth > MAX_NESTING) throw new TooDeep(`more than ${MAX_NESTING} levels`);
    depths.set(child, depth);
  };
}
