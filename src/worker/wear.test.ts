import { expect, it } from "vitest";
import { isWorn } from "./wear.ts";

const MB = 1024 * 1024;
const fresh = { output: 0, spool: 0, bundles: 1 };

it.each([
  ["64 MB of output", { ...fresh, output: 64 * MB }],
  ["16 MB of spool", { ...fresh, spool: 16 * MB }],
  ["50 bundles", { ...fresh, bundles: 50 }],
])("a worker is good for %s, and worn out beyond that", (_, atLimit) => {
  expect(isWorn(atLimit)).toBe(false);
  const [key] = Object.entries(atLimit).find(([name, value]) => value !== Reflect.get(fresh, name)) ?? [""];
  expect(isWorn({ ...atLimit, [key]: Reflect.get(atLimit, key) + 1 })).toBe(true);
});
