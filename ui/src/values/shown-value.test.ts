import { expect, test } from "vitest";
import { type ShownValue, shownParts } from "./shown-value.ts";

const only = (value: unknown): ShownValue | undefined => shownParts(value)[0]?.shown;
const cells = (value: unknown): unknown => {
  const shown = only(value);
  if (shown?.kind !== "table") return shown?.kind;
  const rows = Array.from({ length: shown.rowCount }, (_, row) =>
    shown.columns.map((_, column) => shown.cell(row, column)),
  );
  return { columns: shown.columns, rows };
};

test("records are a table with the columns of all of them", () => {
  expect(cells([{ a: 1 }, { b: "x", a: 2 }])).toEqual({
    columns: ["a", "b"],
    rows: [
      [1, undefined],
      [2, "x"],
    ],
  });
});

test("rows are a table, whatever they are made of and however long each is", () => {
  expect(cells([[1, 2], new Float64Array([3])])).toEqual({
    columns: ["0", "1"],
    rows: [
      [1, 2],
      [3, undefined],
    ],
  });
});

test("columns that are equally long are a table", () => {
  expect(cells({ t: new Float32Array([1, 2]), name: ["a", "b"] })).toEqual({
    columns: ["t", "name"],
    rows: [
      [1, "a"],
      [2, "b"],
    ],
  });
});

test("a long list of single values is a table of one column, a short one is text", () => {
  expect(only(new Float64Array(1_000))).toMatchObject({ columns: ["value"], rowCount: 1_000 });
  expect(only(Array.from({ length: 50 }, (_, index) => index))).toMatchObject({ rowCount: 50 });
  expect(only([1, 2, 3])).toBeUndefined();
});

test("pictures are told by their bytes, SVG by its text; fields of an object by their names", () => {
  const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0]);
  expect(only(png)).toMatchObject({ kind: "image", type: "image/png" });
  expect(only(new Uint8Array([0xff, 0xd8, 0xff, 0xe0]))).toMatchObject({ type: "image/jpeg" });
  expect(only(`<?xml version="1.0"?>\n<svg xmlns="x"/>`)).toMatchObject({ type: "image/svg+xml" });
  expect(shownParts({ title: "a plot", plot: png }).map(({ name }) => name)).toEqual(["plot"]);
});

test("what is neither is text: a number, mixed lists, objects of a class, nothing", () => {
  for (const value of [7, "svg", [1, { a: 1 }], new Map([[1, 2]]), [], {}, [[]], null, undefined, [{}]])
    expect(shownParts(value)).toEqual([]);
});

test("a cell is only what a row has itself", () => {
  expect(cells([{ constructor: 1 }, { b: 2 }])).toEqual({
    columns: ["constructor", "b"],
    rows: [
      [1, undefined],
      [undefined, 2],
    ],
  });
});
