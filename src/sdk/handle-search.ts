import { containerName, isStructure, labelledParts, partsOf } from "./container-parts.ts";
import { type HandleState, handleState } from "./handle.ts";

/** A handle in a place where it cannot be replaced by its value: in a Map, a Set or an instance of a class. */
export interface HiddenHandle {
  readonly handle: HandleState;
  readonly container: string;
  readonly path: string;
}

/** What was found in a value that holds handles. */
export interface FoundHandles {
  /** The containers from which a handle can be reached. */
  readonly carriers: ReadonlySet<object>;
  readonly hidden?: HiddenHandle;
}

interface FoundHandle {
  readonly handle: HandleState;
  readonly path: string;
}

/** Any handle in a value, at any depth; the first that is met. It is quick where there is none, and needs no recursion. */
export function anyHandleIn(value: unknown): HandleState | undefined {
  if (typeof value !== "object" || value === null) return handleState(value);
  const seen = new Set<object>([value]);
  for (const container of seen) {
    for (const part of partsOf(container)) {
      if (typeof part === "object" && part !== null) seen.add(part);
      else if (typeof part === "function" && handleState(part) !== undefined) return handleState(part);
    }
  }
  return undefined;
}

/**
 * Finds the way to every handle in a value that holds some.
 *
 * @param path what the value is called, to which the ways inside it are added
 */
export function findHandles(value: object, path: string): FoundHandles {
  const paths = new Map<object, string>([[value, path]]);
  const holders = new Map<object, object[]>();
  const handles: FoundHandle[] = [];
  const carriers = new Set<object>();
  for (const [container, way] of paths) {
    for (const [label, part] of labelledParts(container)) {
      const handle = handleState(part);
      if (handle !== undefined) {
        handles.push({ handle, path: way + label });
        carriers.add(container);
      } else if (typeof part === "object" && part !== null) {
        const known = holders.get(part);
        if (known === undefined) holders.set(part, [container]);
        else known.push(container);
        if (!paths.has(part)) paths.set(part, way + label);
      }
    }
  }
  // The set grows while it is walked: from the containers that hold a handle up to all that hold one of these.
  for (const carrier of carriers) for (const holder of holders.get(carrier) ?? []) carriers.add(holder);
  const hidden = findHidden(carriers, paths, handles);
  return hidden === undefined ? { carriers } : { carriers, hidden };
}

function findHidden(
  carriers: ReadonlySet<object>,
  paths: ReadonlyMap<object, string>,
  handles: readonly FoundHandle[],
): HiddenHandle | undefined {
  for (const [container, path] of paths) {
    if (!carriers.has(container) || isStructure(container)) continue;
    const inside = handles.find((found) => found.path.startsWith(path)) ?? handles[0];
    if (inside !== undefined) return { ...inside, container: containerName(container) };
  }
  return undefined;
}
