import { expect, test } from "vitest";
import * as sdk from "../index.ts";
import { SDK_EXPORTS } from "./sdk-exports.ts";

test("bundles know every export of the SDK", () => {
  expect(Object.keys(SDK_EXPORTS).sort()).toEqual(Object.keys(sdk).sort());
});
