import { expectTypeOf, test } from "vitest";
import { type Electron, electron, type Handle, lepton } from "../../src/index.ts";

interface Fit {
  readonly slope: number;
}

const polyfit = lepton.python<[rows: Float64Array, degree: number], Fit>({
  module: "numpy",
  function: "polyfit",
});
const list = lepton.shell({ command: "ls" });
const lines = lepton.shell<[path: string], string[]>({ command: 'sort "$1"', output: "lines" });
const count = electron(() => 1);

test("a lepton takes values and handles of its types, and gives a handle of its result's", () => {
  expectTypeOf(polyfit).toExtend<Electron>();
  expectTypeOf(polyfit(new Float64Array(1), count())).toEqualTypeOf<Handle<Fit>>();
  expectTypeOf(polyfit(new Float64Array(1), 2).slope).toEqualTypeOf<Handle<number>>();
  expectTypeOf(lines("a")).toEqualTypeOf<Handle<string[]>>();
  expectTypeOf(lines.map(lines("a"))).toEqualTypeOf<Handle<string[][]>>();
  // @ts-expect-error a text is no number
  polyfit(new Float64Array(1), "2");
  // @ts-expect-error an argument is missing
  polyfit(new Float64Array(1));
});

test("outside of a lattice its function gives a promise", () => {
  expectTypeOf(polyfit.function).returns.toEqualTypeOf<Promise<Fit>>();
});

test("without type arguments anything goes in, and a command's text comes out", () => {
  expectTypeOf(list("-l", 1)).toEqualTypeOf<Handle<string>>();
  const anything = lepton.python({ module: "json", function: "dumps" });
  expectTypeOf(anything({ a: 1 })).toEqualTypeOf<Handle<unknown>>();
});

test("options are checked", () => {
  // @ts-expect-error there is no function
  lepton.python({ module: "json" });
  // @ts-expect-error no such way to read an output
  lepton.shell({ command: "ls", output: "yaml" });
  // @ts-expect-error retries are a number, or how
  lepton.shell({ command: "ls", retries: "two" });
});
