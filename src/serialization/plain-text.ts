import { kindOf } from "./kind.ts";

/**
 * A fast way to the same text as devalue-text.ts for values that are JSON-like through and through: primitives, plain objects
 * and dense arrays. Most payloads are. It gives up, with `undefined`, at the first thing that is not.
 */
export function plainText(value: unknown): string | undefined {
  const entries: string[] = [];
  const root = flatten(value, { entries, indexes: new Map() }, 0);
  if (root === undefined) return undefined;
  return root < 0 ? String(root) : `[${entries.join(",")}]`;
}

interface State {
  readonly entries: string[];
  /** Everything met so far, objects by identity, to its place among the entries. */
  readonly indexes: Map<unknown, number>;
}

/** Deeper values go the general way, which uses up more stack: what it can write can be read. */
const MAX_DEPTH = 100;

function flatten(value: unknown, state: State, depth: number): number | undefined {
  if (value === undefined) return -1;
  if (typeof value === "number") {
    const sentinel = sentinelOf(value);
    if (sentinel !== undefined) return sentinel;
  }
  const known = state.indexes.get(value);
  if (known !== undefined) return known;
  const index = state.entries.length;
  state.indexes.set(value, index);
  // Takes the place now: what it contains comes behind it.
  state.entries.push("");
  const text =
    typeof value === "object" && value !== null ? objectText(value, state, depth) : primitiveText(value);
  if (text === undefined) return undefined;
  state.entries[index] = text;
  return index;
}

function sentinelOf(value: number): number | undefined {
  if (Number.isNaN(value)) return -3;
  if (value === Infinity) return -4;
  if (value === -Infinity) return -5;
  return Object.is(value, -0) ? -6 : undefined;
}

function primitiveText(value: unknown): string | undefined {
  if (typeof value === "string") return stringText(value);
  if (typeof value === "number" || typeof value === "boolean" || value === null) return String(value);
  return undefined;
}

const ALWAYS_ESCAPED = /["<\\\p{Cc}\u2028\u2029]/u;

function stringText(value: string): string | undefined {
  if (!value.isWellFormed()) return undefined;
  if (!ALWAYS_ESCAPED.test(value)) return `"${value}"`;
  return JSON.stringify(value)
    .replaceAll("<", "\\u003C")
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029");
}

function objectText(value: object, state: State, depth: number): string | undefined {
  if (depth > MAX_DEPTH) return undefined;
  const kind = kindOf(value);
  if (kind === "Array") return arrayText(value as readonly unknown[], state, depth);
  if (kind !== "Object" || Object.getPrototypeOf(value) === null) return undefined;
  if (Object.hasOwn(value, "__proto__") || Object.getOwnPropertySymbols(value).length > 0) return undefined;
  let text = "";
  for (const key of Object.keys(value)) {
    const quoted = stringText(key);
    const index = flatten((value as Record<string, unknown>)[key], state, depth + 1);
    if (quoted === undefined || index === undefined) return undefined;
    text += text === "" ? `${quoted}:${index}` : `,${quoted}:${index}`;
  }
  return `{${text}}`;
}

function arrayText(array: readonly unknown[], state: State, depth: number): string | undefined {
  if (Object.keys(array).length !== array.length) return undefined;
  const indexes: number[] = [];
  for (let place = 0; place < array.length; place++) {
    const item = array[place];
    const index =
      item === undefined && !Object.hasOwn(array, place) ? undefined : flatten(item, state, depth + 1);
    if (index === undefined) return undefined;
    indexes.push(index);
  }
  return `[${indexes.join(",")}]`;
}
