/**
 * Values on their way between JavaScript and Python: JSON, with the bytes of arrays beside it, and a list of the places in it where
 * something stands that JSON has no word for.
 *
 * Promises: a value arrives as it was sent or not at all; what cannot cross is refused with its path. Both ends are of this package
 * and speak on pipes: program/lepton_values.py is the other one.
 */
import { isHandle, kindOf } from "../serialization/kind.ts";
import { type ElementType, elementTypeOf, typedArrayOf } from "./typed-arrays.ts";

/** A place in the JSON, and what stands there: a number that JSON lacks, or the next piece of bytes. */
export type Patch = readonly [
  path: readonly (string | number)[],
  kind: "number" | "array" | "bytes",
  what: string,
];

/** A value as it crosses. */
export interface Crossing {
  readonly value: unknown;
  readonly patches: readonly Patch[];
  /** In the order of the patches that take one. */
  readonly pieces: readonly Uint8Array[];
}

/** Why a value cannot cross. */
export class Uncrossable extends Error {
  /** From the outermost value: `[0].rows[2].at`. */
  readonly path: readonly (string | number)[];
  readonly advice: string;

  constructor(path: readonly (string | number)[], reason: string, advice: string) {
    super(reason);
    this.path = path;
    this.advice = advice;
  }
}

/**
 * Makes a value ready to cross.
 *
 * @throws {Uncrossable} for what is neither JSON nor a typed array nor an ArrayBuffer
 */
export function crossing(value: unknown): Crossing {
  const patches: Patch[] = [];
  const pieces: Uint8Array[] = [];
  return { value: new Crosser(patches, pieces).cross(value, []), patches, pieces };
}

/** The value that came across. */
export function arrived({ value, patches, pieces }: Crossing): unknown {
  const root = [value];
  let next = 0;
  for (const [path, kind, what] of patches) {
    const piece = kind === "number" ? undefined : (pieces[next++] ?? new Uint8Array());
    put(root, path, piece === undefined ? Number(what) : pieceAs(kind, what, piece));
  }
  return root[0];
}

function pieceAs(kind: Patch[1], what: string, piece: Uint8Array): unknown {
  return typedArrayOf(kind === "array" ? (what as ElementType) : "u1", piece);
}

/** Replaces what stands at a path of plain data. */
function put(root: unknown[], path: readonly (string | number)[], value: unknown): void {
  let holder = root as unknown as Record<string | number, unknown>;
  let key: string | number = 0;
  for (const step of path) {
    holder = holder[key] as Record<string | number, unknown>;
    key = step;
  }
  // Not assigned: `__proto__` is a key like any other.
  Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true });
}

/** Levels; Python gives up at a thousand calls inside one another. */
const MAX_DEPTH = 400;
const PLAIN = "Pass plain data: null, booleans, numbers, texts, arrays, objects and typed arrays.";

const REFUSALS: Readonly<Record<string, readonly [reason: string, advice: string]>> = {
  Date: ["it is a Date", "Pass a text (.toISOString()) or a number (.getTime())."],
  Map: ["it is a Map", "Pass a plain object (Object.fromEntries(map)) or a list of pairs ([...map])."],
  Set: ["it is a Set", "Pass an array ([...set])."],
  RegExp: ["it is a RegExp", "Pass its source, a text."],
  Error: ["it is an Error", "Pass its message, a text."],
  Number: ["it is a Number object", "Pass the number itself."],
  String: ["it is a String object", "Pass the text itself."],
  Boolean: ["it is a Boolean object", "Pass true or false itself."],
  BigInt: ["it is a BigInt object", "Pass it as a text."],
};

class Crosser {
  readonly #patches: Patch[];
  readonly #pieces: Uint8Array[];
  /** What the value at hand is inside of. */
  readonly #above = new Set<object>();

  constructor(patches: Patch[], pieces: Uint8Array[]) {
    this.#patches = patches;
    this.#pieces = pieces;
  }

  cross(value: unknown, path: readonly (string | number)[]): unknown {
    switch (typeof value) {
      case "string":
      case "boolean":
        return value;
      case "number":
        return this.#number(value, path);
      case "undefined":
        return null;
      case "object":
        return value === null ? null : this.#object(value, path);
      case "bigint":
        throw new Uncrossable(
          path,
          "it is a bigint",
          "Pass a number or a text, or a BigInt64Array for many of them.",
        );
      default:
        throw new Uncrossable(path, `it is a ${typeof value}`, PLAIN);
    }
  }

  #number(value: number, path: readonly (string | number)[]): number {
    if (Number.isFinite(value) && !Object.is(value, -0)) return value;
    this.#patches.push([path, "number", Object.is(value, -0) ? "-0.0" : String(value)]);
    return 0;
  }

  #object(value: object, path: readonly (string | number)[]): unknown {
    if (this.#above.has(value)) {
      throw new Uncrossable(path, "it holds itself", "Pass a structure without cycles.");
    }
    if (this.#above.size >= MAX_DEPTH) {
      throw new Uncrossable(
        path.slice(0, 1),
        `it is nested more than ${MAX_DEPTH} levels deep`,
        "Pass a flatter structure.",
      );
    }
    const kind = isHandle(value) ? "Refused" : kindOf(value);
    if (kind === "View") return this.#view(value as ArrayBufferView, path);
    if (kind === "ArrayBuffer") return this.#piece([path, "bytes", ""], new Uint8Array(value as ArrayBuffer));
    this.#above.add(value);
    const crossed = this.#container(kind, value, path);
    this.#above.delete(value);
    return crossed;
  }

  #container(kind: string, value: object, path: readonly (string | number)[]): unknown {
    if (kind === "Array")
      return Array.from(value as readonly unknown[], (item, index) => this.cross(item, [...path, index]));
    if (kind === "Object") {
      const entries = Object.entries(value).filter(([, item]) => item !== undefined);
      return Object.fromEntries(entries.map(([key, item]) => [key, this.cross(item, [...path, key])]));
    }
    const [reason, advice] = REFUSALS[kind] ?? [
      `it is an instance of the class ${value.constructor.name}`,
      PLAIN,
    ];
    throw new Uncrossable(path, reason, advice);
  }

  #view(view: ArrayBufferView, path: readonly (string | number)[]): null {
    const type = elementTypeOf(view);
    if (type === undefined)
      throw new Uncrossable(path, "it is a DataView", "Pass its buffer, or a typed array.");
    return this.#piece([path, "array", type], new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  }

  #piece(patch: Patch, bytes: Uint8Array): null {
    this.#patches.push(patch);
    this.#pieces.push(bytes);
    return null;
  }
}

/** A path for people: `.rows[2].at`. */
export function pathText(path: readonly (string | number)[]): string {
  return path
    .map((step) =>
      typeof step === "number"
        ? `[${step}]`
        : /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(step)
          ? `.${step}`
          : `[${JSON.stringify(step)}]`,
    )
    .join("");
}
