import fc, { type Arbitrary } from "fast-check";
import type { Schema } from "./openapi-operations.ts";

/** Values that fit a schema. */
export function fitting(schema: Schema): Arbitrary<unknown> {
  const value = fittingAnyway(schema);
  return schema.nullable === true ? fc.option(value) : value;
}

function fittingAnyway(schema: Schema): Arbitrary<unknown> {
  const choices = schema.anyOf ?? schema.oneOf;
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (choices !== undefined) return fc.oneof(...choices.map(fitting));
  if (schema.allOf !== undefined)
    return fc.tuple(...schema.allOf.map(fitting)).map((parts) => Object.assign({}, ...parts));
  switch (schema.type) {
    case "object":
      return object(schema);
    case "array":
      return fc.array(fitting(schema.items ?? {}), { minLength: schema.minItems ?? 0, maxLength: 3 });
    case "string":
      return text(schema);
    case "integer":
      return fc.integer(bounds(schema));
    case "number":
      return fc.double({ ...bounds(schema), noNaN: true, noDefaultInfinity: true });
    case "boolean":
      return fc.boolean();
    default:
      return fc.jsonValue();
  }
}

function object({ properties = {}, required = [], additionalProperties }: Schema): Arbitrary<object> {
  const named = fc.record(
    Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, fitting(schema)])),
    { requiredKeys: required.filter((name) => name in properties) },
  );
  if (typeof additionalProperties !== "object") return named;
  const others = fc.dictionary(fc.string({ maxLength: 8 }), fitting(additionalProperties), { maxKeys: 3 });
  return fc.tuple(others, named).map(([more, own]) => ({ ...more, ...own }));
}

function text({ pattern, minLength = 0, maxLength = 20 }: Schema): Arbitrary<string> {
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  return fc.string({ minLength, maxLength: Math.min(maxLength, 20) });
}

function bounds({ minimum = -1_000, maximum = 1_000 }: Schema) {
  return { min: Math.max(minimum, -1e9), max: Math.min(maximum, 1e9) };
}

/** What nobody expects in the place of a value. */
export const hostile: Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    -1,
    0,
    1.5,
    2 ** 53,
    1e308,
    "",
    " ",
    "\u0000",
    "../../../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "__proto__",
    "constructor",
    "'; DROP TABLE lattices; --",
    "🦀".repeat(3_000),
    [],
    {},
    [[[[]]]],
  ),
  fc.constant(nested(200)),
  fc.jsonValue(),
);

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

/** The same value with something hostile in one place of it, or in its own place. */
export function spoiled(value: unknown, at: number, by: unknown): unknown {
  if (typeof value !== "object" || value === null) return by;
  const keys = Object.keys(value);
  const key = keys[at % (keys.length + 1)];
  if (key === undefined) return Array.isArray(value) ? [...value, by] : { ...value, unheard_of: by };
  const inner = spoiled(Reflect.get(value, key), Math.floor(at / (keys.length + 1)), by);
  return Array.isArray(value) ? value.with(Number(key), inner) : { ...value, [key]: inner };
}
