import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { electron, task } from "../sdk/electron.ts";
import { lattice } from "../sdk/lattice.ts";
import { definitionId, definitionPlace } from "./definitions.ts";

const named = electron(async function ownName() {});
const assigned = electron({ retries: 1 }, async () => 1);
const explicit = electron({ name: "given" }, async function ownName() {});
const wrap = <F extends () => unknown>(fn: F) => task(fn);
const wrapped = wrap(() => 1);
export const flow = lattice(() => assigned());
const [first, second] = [1, 2].map((n) => electron(function twin() { return n; })); // biome-ignore format: one line

const HERE = fileURLToPath(import.meta.url);

describe("a definition in a module that something has translated", () => {
  test.each([
    ["the name in the options", explicit, "given"],
    ["else the function's", named, "ownName"],
    ["else the variable's", assigned, "assigned"],
    ["else the variable's, for lattices too", flow, "flow"],
    ["that of the variable a wrapper's result is assigned to", wrapped, "wrapped"],
  ])("has %s", (_, { definition }, name) => {
    expect(definition).toEqual({ module: HERE, name, ordinal: 1, bundled: false });
  });

  test("is counted when its name is not the first", () => {
    expect([first?.definition.ordinal, second?.definition.ordinal]).toEqual([1, 2]);
  });
});

test("where a definition was made can be told", () => {
  expect(definitionPlace(named.definition)).toBe(`${HERE}:7:15`);
});

test("an id has the module's path relative to the root, and a number from the second of a name on", () => {
  const definition = { module: "/home/ada/fits/src/steps.ts", name: "clean", ordinal: 1, bundled: false };
  expect(definitionId(definition, "/home/ada/fits")).toBe("src/steps.ts#clean");
  expect(definitionId({ ...definition, ordinal: 2 }, "/home/ada/fits")).toBe("src/steps.ts#clean~2");
  expect(definitionId(definition, "/home/ada/fits/flows")).toBe("../src/steps.ts#clean");
});

test("in a bundle the module's path is relative already", () => {
  expect(definitionId({ module: "a.ts", name: "b", ordinal: 3, bundled: true }, "/anywhere")).toBe(
    "a.ts#b~3",
  );
});

test("defining leaves the settings of stack traces as they were", () => {
  const { prepareStackTrace } = Error;
  Error.stackTraceLimit = 3;
  electron(() => 1);
  expect(Error.stackTraceLimit).toBe(3);
  expect(Error.prepareStackTrace).toBe(prepareStackTrace);
});
