import { expect, test } from "vitest";
import { printable } from "./printable.ts";

test.each([
  ["moves the cursor", "a\x1b[2J\x1b[1;1Hb", "ab"],
  ["sets the title of the window", "a\x1b]0;mine\x07b", "ab"],
  ["writes over the line", "error\r\x1b[Kall is well", "errorall is well"],
  ["rings, erases or is a C1 control", "a\x07\b\x9b2Jb", "ab"],
  ["turns the text around", "a\u202eb", "ab"],
])("what %s is taken out", (_, text, expected) => {
  expect(printable(text, false)).toBe(expected);
  expect(printable(text, true)).toBe(expected);
});

test("lines and tabs stay", () => {
  expect(printable("a\r\n\tb\n", true)).toBe("a\n\tb\n");
});

test("colours stay where there are any, and end with the text", () => {
  expect(printable("\x1b[31mred\x1b[39m", true)).toBe("\x1b[31mred\x1b[39m\x1b[0m");
  expect(printable("\x1b[31mred\x1b[39m", false)).toBe("red");
  expect(printable("\x1b[31mred\x1b[2J", true)).toBe("\x1b[31mred\x1b[0m");
});
