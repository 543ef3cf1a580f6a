import { expectTypeOf, test } from "vitest";
import { type Electron, electron, type Handle, isElectron, task, wait } from "../../src/index.ts";

interface Row {
  readonly year: number;
}
interface Fit {
  readonly degree: number;
  readonly rows: readonly Row[];
}

const clean = electron(async (_path: string): Promise<Row[]> => []);
const text = electron(() => "text");
const count = electron(() => 1);
const model = electron(
  { executor: "local", retries: 2, timeout: "1m" },
  (rows: Row[], degree: number): Fit => ({ rows, degree }),
);

test("arguments are values or handles of their types", () => {
  model([{ year: 1 }], 1);
  model(clean("a"), 1);
  model(clean("a"), count());
  model([{ year: count() }, clean("a")[0]], count());
  // @ts-expect-error a text is no number
  model(clean("a"), "1");
  // @ts-expect-error a handle of a text is no number either
  model(clean("a"), text());
  // @ts-expect-error a handle in the wrong place, deep inside
  model([{ year: text() }], 1);
  // @ts-expect-error rows, not one row
  model(clean("a")[0], 1);
  // @ts-expect-error one argument is missing
  model(clean("a"));
  // @ts-expect-error one argument too many
  model(clean("a"), 1, 2);
  // @ts-expect-error no row has that field
  model([{ year: 1, month: 2 }], 1);
});

test("structures of values and handles, readonly ones too", () => {
  const best = electron((_fits: readonly Fit[], _names: Record<string, string>) => {});
  best([model(clean("a"), 1), { degree: count(), rows: [] }], { a: text(), b: "b" });
  best(
    [1, 2].map((degree) => model(clean("a"), degree)),
    {},
  );
  const frozen = [{ year: 1 }] as const;
  model(frozen, 1);
  const pair = electron((_pair: readonly [number, string], _kind: { kind: "x" | "y" }) => {});
  pair([count(), "b"], { kind: "x" });
  // @ts-expect-error in the wrong order
  pair([text(), count()], { kind: "x" });
  // @ts-expect-error no such kind
  pair([1, "b"], { kind: "z" });
});

test("optional and rest parameters stay what they are", () => {
  const optional = electron((_a: number, _b?: string, ..._rest: Date[]) => {});
  optional(1);
  optional(count(), undefined);
  optional(count(), text(), new Date(), electron(() => new Date())());
  // @ts-expect-error the rest are dates
  optional(1, "a", 2);
  expectTypeOf<Parameters<typeof optional>["length"]>().toEqualTypeOf<number>();
});

test("unions of parameters take handles of their members", () => {
  const either = electron((_value: string | number | undefined) => {});
  either(text());
  either(count());
  either(electron((): string | number => 1)());
  either(undefined);
  // @ts-expect-error not a member
  either(electron(() => new Date())());
});

test("leaves are accepted as values and as handles", () => {
  const leaves = electron(
    (_when: Date, _index: Map<string, Row>, _bytes: Uint8Array, _ids: Set<number>) => {},
  );
  leaves(new Date(), new Map(), new Uint8Array(1), new Set([1]));
  leaves(electron(() => new Date())(), new Map(), electron(() => new Uint8Array(1))(), new Set());
  // @ts-expect-error a handle cannot be found inside a set
  leaves(new Date(), new Map(), new Uint8Array(1), new Set([count()]));
});

test("of overloads the last is seen", () => {
  function parse(value: string): string;
  function parse(value: number): number;
  function parse(value: string | number): string | number {
    return value;
  }
  const parsed = electron(parse);
  expectTypeOf(parsed(1)).toEqualTypeOf<Handle<number>>();
  // @ts-expect-error the first overload is not
  parsed("a");
  expectTypeOf(parsed.function("a")).toEqualTypeOf<string>();
});

test("type parameters become their constraint, unless they are fixed", () => {
  function first<T>(items: readonly T[]): T | undefined {
    return items[0];
  }
  function longest<T extends { length: number }>(a: T, _b: T): T {
    return a;
  }
  expectTypeOf(electron(first)([1])).toEqualTypeOf<Handle<unknown>>();
  expectTypeOf(electron(longest)("a", [1])).toEqualTypeOf<Handle<{ length: number }>>();
  const firstRow = electron(first<Row>);
  expectTypeOf(firstRow(clean("a")).year).toEqualTypeOf<Handle<number>>();
  expectTypeOf(electron(first).function).toEqualTypeOf(first);
});

test("a wrapper may itself be generic", () => {
  function retried<F extends (...args: never[]) => unknown>(fn: F): Electron<F> {
    return electron({ retries: 3 }, fn);
  }
  const wrapped = retried((_a: number) => "x");
  expectTypeOf(wrapped(count())).toEqualTypeOf<Handle<string>>();
});

test("an electron of a function that needs `this` cannot be called", () => {
  function method(this: Row): number {
    return this.year;
  }
  const useless = electron(method);
  // @ts-expect-error `this` does not travel
  useless();
  // @ts-expect-error not even as a method
  ({ year: 1, useless }).useless();
  const useful = electron(function plain(this: void) {
    return 1;
  });
  useful();
});

test("`function` is the plain function with its own type", () => {
  expectTypeOf(clean.function).toEqualTypeOf<(path: string) => Promise<Row[]>>();
  expectTypeOf(task).toEqualTypeOf(electron);
});

test("every electron is an Electron", () => {
  const all: readonly Electron[] = [clean, text, model];
  const some: unknown = all[0];
  if (isElectron(some)) expectTypeOf(some).toEqualTypeOf<Electron>();
});

test("wait takes handles and returns its first with its type", () => {
  const rows = clean("a");
  expectTypeOf(wait(rows, text())).toEqualTypeOf<Handle<Row[]>>();
  expectTypeOf(wait(rows, [text(), count(), rows[0]])).toEqualTypeOf<Handle<Row[]>>();
  // @ts-expect-error a value cannot be waited for
  wait(rows, "text");
});

test("options are checked", () => {
  electron(
    { executor: { name: "slurm", partition: "long" }, env: { A: "1" }, workdir: "/tmp", name: "x" },
    () => 1,
  );
  // @ts-expect-error it is called retries
  electron({ retry: 1 }, () => 1);
  // @ts-expect-error no such unit
  electron({ timeout: "1 fortnight" }, () => 1);
  // @ts-expect-error a number
  electron({ retries: "2" }, () => 1);
});
