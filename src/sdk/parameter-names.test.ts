import { expect, test } from "vitest";
import { parameterNames } from "./parameter-names.ts";

const named = (fn: (...args: never[]) => unknown, count: number) =>
  Array.from({ length: count }, (_, index) => parameterNames(fn)(index));

test("simple parameters are read off the source", () => {
  expect(named((rows: never, degree = 2) => [rows, degree], 3)).toEqual(["rows", "degree", "arg[2]"]);
  expect(named(async (rows: never) => rows, 1)).toEqual(["rows"]);
  expect(
    named(async function named(rows: never) {
      return rows;
    }, 1),
  ).toEqual(["rows"]);
  expect(
    named(function* (rows: never) {
      yield rows;
    }, 1),
  ).toEqual(["rows"]);
  expect(
    named(
      {
        method(rows: never) {
          return rows;
        },
      }.method,
      1,
    ),
  ).toEqual(["rows"]);
});

test("the elements of a rest parameter carry its name", () => {
  expect(named((first: never, ...others: never[]) => [first, others], 3)).toEqual([
    "first",
    "others[0]",
    "others[1]",
  ]);
});

test("whatever is not simple goes by position", () => {
  expect(named(({ rows }: { rows: never }, degree: never) => [rows, degree], 2)).toEqual([
    "arg[0]",
    "arg[1]",
  ]);
  expect(named((rows = Math.max(1, 2), degree: never) => [rows, degree], 2)).toEqual(["arg[0]", "arg[1]"]);
  expect(named(Math.max, 1)).toEqual(["arg[0]"]);
  expect(named(((rows: never) => rows).bind(null), 1)).toEqual(["arg[0]"]);
});
