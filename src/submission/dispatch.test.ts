import { expect, test } from "vitest";
import { electron } from "../sdk/electron.ts";
import { lattice } from "../sdk/lattice.ts";
import { dispatch, dispatchSync } from "./dispatch.ts";

const step = electron(function step() {
  return 1;
});
export const flow = lattice(function flow() {
  return step();
});

test.each([
  ["the function plain", function plain() {}],
  ["the electron step", step],
  ["undefined", undefined],
  ["an object", { flow }],
])("what is no lattice is refused before anything happens: %s", (what, given) => {
  for (const start of [dispatch, dispatchSync]) {
    expect(() => start(given as never)).toThrow(
      expect.objectContaining({
        code: "INVALID_ARGUMENT",
        message: expect.stringContaining(`takes a lattice, not ${what}; `),
      }),
    );
  }
});
