import { DevalueError, type StringifyOperations, stringify } from "devalue";
import type { BinaryWriter } from "./binary-writer.ts";
import { createDepthGauge, type Enter } from "./depth.ts";
import { kindOf } from "./kind.ts";
import { createReducers, pathOf } from "./reductions.ts";
import { Unreadable, unserializable } from "./refusal.ts";

/**
 * The text of a value: devalue, with our reductions, and with operations that decide by internal slots what a value is.
 *
 * @throws {CovalentError} `UNSERIALIZABLE` with the path to what is refused
 */
export function devalueText(value: unknown, binary: BinaryWriter): string {
  try {
    const enter = createDepthGauge(value);
    return stringify(value, createReducers(binary, enter), { operations: createOperations(enter) });
  } catch (error) {
    if (error instanceof DevalueError) throw unserializable(pathOf(error.path ?? ""), error.value);
    throw unserializable("", new Unreadable(error));
  }
}

const REFUSED = { kind: "not-plain" } as const;

function createOperations(enter: Enter): Partial<StringifyOperations> {
  return {
    // A plain object may well have a field called `then`; real promises are refused by their kind.
    isThenable: () => false,
    tagOf: (value: object) => (Unreadable.is(value) ? "Refused" : guarded(() => kindOf(value), "Refused")),
    shapeOf: (value: object) => guarded(() => shapeOf(value), REFUSED),
    get(value: object, key) {
      const item = readField(value, key);
      enter(value, item);
      return item;
    },
    *valuesOf(set: ReadonlySet<unknown>) {
      for (const item of set) {
        enter(set, item);
        yield item;
      }
    },
    *entriesOf(map: ReadonlyMap<unknown, unknown>) {
      for (const entry of map) {
        for (const item of entry) enter(map, item);
        yield entry;
      }
    },
  };
}

function readField(value: object, key: string | number): unknown {
  try {
    return Reflect.get(value, key);
  } catch (error) {
    return new Unreadable(error);
  }
}

function shapeOf(value: object): ReturnType<StringifyOperations["shapeOf"]> {
  if (Unreadable.is(value) || kindOf(value) !== "Object") return REFUSED;
  const hidden = (symbol: symbol) => Object.getOwnPropertyDescriptor(value, symbol)?.enumerable !== true;
  if (!Object.getOwnPropertySymbols(value).every(hidden)) return { kind: "symbol-keys" };
  const kind = Object.getPrototypeOf(value) === null ? "null-proto" : "plain";
  return { kind, keys: Object.keys(value) };
}

function guarded<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
