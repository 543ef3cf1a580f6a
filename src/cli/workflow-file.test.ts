import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { definitionId } from "../definition/definitions.ts";
import { loadWorkflow, parseArguments, parseTarget } from "./workflow-file.ts";

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

describe("the lattice of a file:", () => {
  const ESM = 'import { dispatch, electron, lattice } from "covalent-ts"; const step = electron(() => 1);\n';
  const CJS = 'const { electron, lattice } = require("covalent-ts"); const step = electron(() => 1);\n';
  test.each([
    ["an export", "a.mjs", `${ESM}export const greet = lattice(() => step());`, undefined, "a.mjs#greet"],
    [
      "an export of a module that dispatches it itself",
      "two.mjs",
      `${ESM}export const greet = lattice(() => step()); export const id = await dispatch(greet)("bob");`,
      undefined,
      "two.mjs#greet",
    ],
    [
      "the same by its name",
      "two.mjs",
      `${ESM}export const greet = lattice(() => step()); export const id = await dispatch(greet)("bob");`,
      "greet",
      "two.mjs#greet",
    ],
    ["a field of exports", "c.cjs", `${CJS}exports.greet = lattice(() => step());`, undefined, "c.cjs#greet"],
    ["the same by its name", "c.cjs", `${CJS}exports.greet = lattice(() => step());`, "greet", "c.cjs#greet"],
    [
      "module.exports, named by its file",
      "fits.cjs",
      `${CJS}module.exports = lattice(() => step());`,
      undefined,
      "fits.cjs#fits",
    ],
  ])("%s", async (_, file, text, name, id) => {
    writeFileSync(join(directory, "package.json"), "{}");
    writeFileSync(join(directory, file), text);
    const { lattice, bundle, digests } = await loadWorkflow({
      given: file,
      file: join(directory, file),
      name,
    });
    expect(definitionId(lattice.definition, bundle.root)).toBe(id);
    expect([...digests.keys()]).toContain(id);
  });
});
