import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parseArguments, parseTarget } from "./workflow-file.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "covalent-file-"));
  for (const name of ["a.ts", "odd#name.ts"]) writeFileSync(join(directory, name), "");
});
afterEach(() => rmSync(directory, { recursive: true }));

test("a target is a file, and a name behind #", async () => {
  const [a, odd] = [join(directory, "a.ts"), join(directory, "odd#name.ts")];
  expect(await parseTarget("a.ts", directory)).toEqual({ given: "a.ts", file: a, name: undefined });
  expect(await parseTarget("./a.ts#fit", directory)).toEqual({ given: "./a.ts", file: a, name: "fit" });
  expect(await parseTarget("odd#name.ts#fit", directory)).toEqual({
    given: "odd#name.ts",
    file: odd,
    name: "fit",
  });
  expect(await parseTarget("odd#name.ts", directory)).toEqual({
    given: "odd#name.ts",
    file: odd,
    name: undefined,
  });
});

test("a file that is not there is named", async () => {
  await expect(parseTarget("b.ts#fit", directory)).rejects.toMatchObject({
    code: "FILE_NOT_FOUND",
    message: `there is no file ${join(directory, "b.ts")}`,
  });
});

test("arguments are a JSON array and nothing else", () => {
  expect(parseArguments(undefined)).toEqual([]);
  expect(parseArguments('["x", [1, null]]')).toEqual(["x", [1, null]]);
  expect(() => parseArguments('{"x": 1}')).toThrow("--args must be a JSON array");
  expect(() => parseArguments("[1,")).toThrow("--args is not JSON");
});
