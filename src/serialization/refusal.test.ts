import { expect, it } from "vitest";
import { CovalentError } from "../model/errors.ts";
import { deserialize } from "./deserialize.ts";
import { serialize } from "./serialize.ts";

class Model {}
class Table extends Map {}

const HANDLE = Symbol.for("covalent-ts.handle");
const throws = () => {
  throw new Error("no");
};
const nested = (depth: number) => {
  let value = {};
  for (let level = 0; level < depth; level++) value = { value };
  return value;
};

const cases: readonly (readonly [what: string, value: unknown, path: string, reason: RegExp])[] = [
  [
    "an instance deep inside",
    { fits: [0, 1, { model: new Model() }] },
    ".fits[2].model",
    /instance of the class Model/,
  ],
  ["an instance as a Map's value", new Map([["k", [new Model()]]]), '.get("k")[0]', /Model/],
  ["a subclass of a built-in class", [new Table()], "[0]", /class Table/],
  ["a function", { run() {} }, ".run", /function run/],
  ["a class", [Model], "[0]", /function Model/],
  ["a symbol", { "a key": Symbol("s") }, '["a key"]', /Symbol\(s\)/],
  ["a symbol as a key", { deep: { [Symbol("s")]: 1 } }, ".deep", /Symbol\(s\) as a key/],
  ["a promise", { rows: Promise.resolve(1) }, ".rows", /Promise/],
  ["a WeakMap", [new WeakMap()], "[0]", /WeakMap/],
  [
    "a getter that throws",
    {
      get bad() {
        return throws();
      },
    },
    ".bad",
    /threw Error: no/,
  ],
  ["a Proxy that throws", { p: new Proxy({}, { getPrototypeOf: throws }) }, ".p", /threw Error: no/],
  ["a Proxy that hides its keys", { p: new Proxy({}, { ownKeys: throws }) }, ".p", /Proxy/],
  ["an array Proxy that throws", { p: new Proxy([1], { get: throws }) }, ".p", /threw Error: no/],
  ["a handle", { rows: new Proxy({}, { get: (_, key) => key === HANDLE || throws() }) }, ".rows", /handle/],
  [
    "a handle that is a function",
    [new Proxy(() => 1, { get: (_, key) => key === HANDLE || throws() })],
    "[0]",
    /handle/,
  ],
  ["shared memory", [new SharedArrayBuffer(8)], "[0]", /shared/],
  ["a view on shared memory", [new Uint8Array(new SharedArrayBuffer(8))], "[0]", /shared/],
  ["an error's field", Object.assign(new Error("e"), { model: new Model() }), ".model", /Model/],
  [
    "an error's cause",
    new Error("a", { cause: new Error("b", { cause: [throws] }) }),
    ".cause.cause[0]",
    /function/,
  ],
  [
    "what is under __proto__",
    JSON.parse('{"__proto__":1}', (_, value) => (value === 1 ? Symbol("s") : value)),
    '["__proto__"]',
    /Symbol/,
  ],
];

it.each(cases)("refuses %s, with its path and the reason", (_, value, path, reason) => {
  const error = errorOf(() => serialize(value));
  expect(error).toMatchObject({
    code: "UNSERIALIZABLE",
    details: { path, reason: expect.stringMatching(reason) },
  });
  expect(error.message).toContain(`value${path} cannot be serialised`);
  expect(error.hint).not.toContain("{");
});

it("refuses memory that was transferred away", () => {
  const buffer = new ArrayBuffer(8);
  buffer.transfer();
  expect(errorOf(() => serialize({ buffer }))).toMatchObject({
    details: { path: ".buffer", reason: expect.stringMatching(/transferred/) },
  });
});

it("refuses more than a thousand levels, and reads back whatever it has written", () => {
  const causes = (depth: number) => {
    let error = new Error("first");
    for (let level = 1; level < depth; level++) error = new Error("next", { cause: error });
    return error;
  };
  const maps = (depth: number) => {
    let map = new Map<string, unknown>();
    for (let level = 1; level < depth; level++) map = new Map([["k", map]]);
    return map;
  };
  for (const make of [nested, causes, maps]) {
    expect(errorOf(() => serialize(make(200_000)))).toMatchObject({
      details: { reason: "it is nested too deeply" },
    });
    expect(errorOf(() => serialize(make(1_100)))).toMatchObject({
      details: { reason: "it is nested too deeply" },
    });
    expect(() => deserialize(serialize(make(300)).bytes)).not.toThrow();
  }
  expect(() => deserialize(serialize(nested(1_000)).bytes)).not.toThrow();
});

it("counts no level twice when a value leads back to its beginning", () => {
  const chain = (depth: number, end: unknown) => {
    let value = { next: end };
    for (let level = 1; level < depth; level++) value = { next: value };
    return value;
  };
  const root: Record<string, unknown> = {};
  root.first = chain(600, root);
  root.second = chain(600, null);
  expect(serialize(root).size).toBeGreaterThan(1_200);
});

function errorOf(action: () => unknown): CovalentError {
  try {
    action();
  } catch (error) {
    if (error instanceof CovalentError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
