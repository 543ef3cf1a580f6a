import { expect, it } from "vitest";
import { sourceExcerpt } from "./source-excerpt.ts";

const text = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`).join("\n");
const textOf = (file: string) => (file === "/p/src/steps.ts" ? text : undefined);

it("is of the innermost place in the user's own files, with some lines around it", () => {
  const stack = [
    "TypeError: bad",
    "    at parse (/p/node_modules/csv/index.js:1:1)",
    "    at JSON.parse (<anonymous>)",
    "    at clean (/p/src/steps.ts:9:5)",
    "    at run (/p/src/steps.ts:2:1)",
  ].join("\n");
  expect(sourceExcerpt(stack, textOf)).toEqual({
    file: "/p/src/steps.ts",
    line: 9,
    column: 5,
    first: 5,
    lines: ["line 5", "line 6", "line 7", "line 8", "line 9", "line 10", "line 11", "line 12"],
  });
});

it("begins with the file's first line where the place is near it, and ends with its last", () => {
  expect(sourceExcerpt("    at a (/p/src/steps.ts:1:1)", textOf)?.first).toBe(1);
  expect(sourceExcerpt("    at a (/p/src/steps.ts:20:1)", textOf)?.lines.at(-1)).toBe("line 20");
});

it("is of the last place of a traceback of Python that is in the user's own files", () => {
  const stack = [
    "ValueError: bad",
    "Traceback (most recent call last):",
    '  File "/p/src/steps.ts", line 3, in outer',
    '  File "/p/src/steps.ts", line 12, in inner',
    '  File "/usr/lib/python3/json/decoder.py", line 1, in decode',
  ].join("\n");
  expect(sourceExcerpt(stack, textOf)).toMatchObject({ line: 12, column: 1, first: 8 });
});

it("is none where no place is the user's, or the file is another one by now", () => {
  expect(sourceExcerpt("Error: bad\n    at a (/elsewhere.ts:1:1)", textOf)).toBeUndefined();
  expect(sourceExcerpt("    at a (/p/src/steps.ts:99:1)", textOf)).toBeUndefined();
});
