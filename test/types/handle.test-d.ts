import { expectTypeOf, test } from "vitest";
import { electron, type Handle, type HandleOf, type Input, type Resolved } from "../../src/index.ts";

interface Row {
  readonly year: number;
  readonly label?: string;
  readonly tags: readonly string[];
}

const rows = electron(async (path: string): Promise<Row[]> => [{ year: path.length, tags: [] }]);
const year = electron((value: number) => value);

test("a call returns a handle of what the function's promise resolves to", () => {
  expectTypeOf(rows("a.csv")).toEqualTypeOf<Handle<Row[]>>();
  expectTypeOf(year(1)).toEqualTypeOf<Handle<number>>();
});

test("fields and indices of a handle are handles", () => {
  const handle = rows("a.csv");
  expectTypeOf(handle[0]).toEqualTypeOf<Handle<Row>>();
  expectTypeOf(handle[99]).toEqualTypeOf<Handle<Row>>();
  expectTypeOf(handle[0].year).toEqualTypeOf<Handle<number>>();
  expectTypeOf(handle[0].tags[1]).toEqualTypeOf<Handle<string>>();
  expectTypeOf(handle.length).toEqualTypeOf<Handle<number>>();
  // As with any array, an index that is no literal may be out of bounds under noUncheckedIndexedAccess.
  const index: number = 3;
  expectTypeOf(handle[index]).toEqualTypeOf<Handle<Row> | undefined>();
});

test("a field that does not exist is an error", () => {
  // @ts-expect-error rows have no month
  rows("a.csv")[0].month;
  // @ts-expect-error an array's methods would need the array
  rows("a.csv").map;
});

test("an optional field is a handle of the value or undefined", () => {
  expectTypeOf(rows("a.csv")[0].label).toEqualTypeOf<Handle<string | undefined>>();
});

test("a handle is harmless to await, and `then` is no field of it", async () => {
  const handle = rows("a.csv");
  expectTypeOf(await handle).toEqualTypeOf<Handle<Row[]>>();
  expectTypeOf<Awaited<Handle<{ then: number; a: 1 }>>>().toEqualTypeOf<Handle<{ then: number; a: 1 }>>();
  // @ts-expect-error never a field
  handle.then;
  // @ts-expect-error not even where the value has one
  (handle as unknown as Handle<{ then: number }>).then;
});

test("tuples are taken apart by destructuring, each element with its type", () => {
  const split = electron((): [Row[], string, Date] => [[], "", new Date()]);
  const [train, name, when] = split();
  expectTypeOf(train).toEqualTypeOf<Handle<Row[]>>();
  expectTypeOf(name).toEqualTypeOf<Handle<string>>();
  expectTypeOf(when).toEqualTypeOf<Handle<Date>>();
  // @ts-expect-error a tuple's methods would need the tuple
  split().map(() => 1);
});

test("readonly, optional and variadic tuples are tuples", () => {
  const frozen = electron((): readonly [number, string] => [1, ""]);
  const [count] = frozen();
  expectTypeOf(count).toEqualTypeOf<Handle<number>>();
  const optional = electron((): [number, string?] => [1]);
  const [, text] = optional();
  expectTypeOf(text).toExtend<HandleOf<string | undefined>>();
  const open = electron((): [string, ...number[]] => [""]);
  expectTypeOf(open()[0]).toEqualTypeOf<Handle<string>>();
});

test("an array is not iterable, since its length is unknown in a lattice", () => {
  const handle = rows("a.csv");
  // @ts-expect-error loop in an electron
  for (const row of handle) String(row);
  // @ts-expect-error spread in an electron
  [...handle];
});

test("of a union the fields that all members share can be reached", () => {
  const shape = electron((): { kind: "a"; size: number; a: 1 } | { kind: "b"; size: string } => ({
    kind: "b",
    size: "",
  }));
  expectTypeOf(shape().kind).toExtend<HandleOf<"a" | "b">>();
  expectTypeOf(shape().size).toExtend<HandleOf<string | number>>();
  // @ts-expect-error only one member has it
  shape().a;
});

test("of a value that may be absent the fields can be reached", () => {
  const find = electron((): Row | undefined => undefined);
  expectTypeOf(find().year).toEqualTypeOf<Handle<number>>();
  const findNull = electron((): Row | null => null);
  expectTypeOf(findNull().year).toEqualTypeOf<Handle<number>>();
});

test("a union of primitives, booleans among them, is one handle", () => {
  const choose = electron((): string | number | boolean => true);
  expectTypeOf(choose()).toEqualTypeOf<Handle<string | number | boolean>>();
  const consume = electron((_value: string | number | boolean | Date) => {});
  consume(choose());
});

test("any, unknown, void and never", () => {
  // biome-ignore lint/suspicious/noExplicitAny: it is what is tested
  const anything = electron((): any => 1)();
  expectTypeOf(anything.some?.deep).not.toBeAny();
  year(anything);
  rows(anything);
  const parsed = electron((text: string) => JSON.parse(text));
  const shown = electron((_row: { readonly year: number; readonly tags: readonly string[] }) => {});
  const listed = electron((_numbers: number[], _pair: [string, Date]) => {});
  shown(parsed("{}"));
  listed(parsed("[]"), parsed("[]"));
  expectTypeOf<Input<unknown>>().toBeUnknown();
  expectTypeOf<Input<ReturnType<typeof JSON.parse>>>().toBeAny();

  const opaque = electron((): unknown => 1)();
  expectTypeOf(opaque).toEqualTypeOf<Handle<unknown>>();
  // @ts-expect-error nothing is known of it
  opaque.field;
  // @ts-expect-error nothing is known of it
  year(opaque);

  const nothing = electron(() => {})();
  expectTypeOf(nothing).toEqualTypeOf<Handle<void>>();
  const fail = electron((): never => {
    throw new Error("always");
  })();
  expectTypeOf(fail).not.toBeNever();
  year(fail);
});

test("a record has handles for its values", () => {
  const totals = electron((): Record<string, number> => ({}))();
  expectTypeOf(totals.some).toEqualTypeOf<Handle<number> | undefined>();
});

test("what is no plain structure is a leaf", () => {
  type Leaves =
    | Date
    | Map<string, Row>
    | Set<Row>
    | Float64Array
    | ArrayBuffer
    | RegExp
    | Error
    | (() => void)
    | bigint;
  const leaf = electron((): Leaves => 1n)();
  // @ts-expect-error a method would need the date
  electron(() => new Date())().getTime;
  // @ts-expect-error the size of a map is not a field
  electron(() => new Map<string, Row>())().size;
  // @ts-expect-error neither is that of a set
  electron(() => new Set<string>())().size;
  // @ts-expect-error nor an element of a typed array
  electron(() => new Float64Array(1))()[0];
  // @ts-expect-error nor the message of an error
  electron(() => new TypeError("x"))().message;
  // @ts-expect-error nor the source of a regular expression
  electron(() => /x/)().source;
  // @ts-expect-error nor the length of a text
  electron(() => "")().length;
  // @ts-expect-error a function is not called in a lattice
  electron(() => () => 1)()();
  electron((_leaf: Leaves) => {})(leaf);
});

test("a record that looks like an error is a plain object", () => {
  const commit = electron(() => ({ name: "", message: "" }))();
  expectTypeOf(commit.message).toEqualTypeOf<Handle<string>>();
});

test("recursive types", () => {
  interface Tree {
    readonly value: number;
    readonly children: readonly Tree[];
  }
  type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
  const tree = electron((_tree: Tree): Tree => ({ value: 1, children: [] }));
  const json = electron((_json: Json): Json => null);
  const handle = tree({ value: year(1), children: [tree({ value: 1, children: [] }).children[0]] });
  expectTypeOf(handle.children[0].children[1].value).toEqualTypeOf<Handle<number>>();
  json(json({ a: [1, json("x")] }));
  json(handle.value);
  expectTypeOf<Resolved<Json>>().toEqualTypeOf<Json>();
  expectTypeOf<Resolved<Handle<Tree>[]>>().toEqualTypeOf<Tree[]>();
});

test("a handle is no value", () => {
  // @ts-expect-error it has no value yet
  const value: number = year(1);
  // @ts-expect-error nor can it be calculated with
  year(1) * 2;
  return value;
});
