import fc from "fast-check";
import { expect, test } from "vitest";
import { maskSource } from "./mask-source.ts";

test.each([
  ["comments", "a /* b */ c // d\ne", "a         c     \ne"],
  ["strings", `f("a ( b", 'c\\'d')`, `f("     ", '    ')`],
  ["templates, but not the code in them", "`a ${b} c ${`d ${e}`}` f", "`  ${b}   ${`  ${e}`}` f"],
  ["braces in the code of templates", "`${{ a: `}` }}x` b", "`${{ a: ` ` }} ` b"],
  ["regular expressions", "x = /[/\"'`]/g; y", "x =          ; y"],
])("blanks %s", (_, text, masked) => {
  expect(maskSource(text)).toBe(masked);
});

test("takes divisions for what they are", () => {
  expect(maskSource("const ratio = a / b / c; '/'")).toBe("const ratio = a / b / c; ' '");
  expect(maskSource("(a) / b; c[0] / d")).toBe("(a) / b; c[0] / d");
});

test("is not thrown off by an apostrophe that starts no string", () => {
  expect(maskSource("<p>don't</p>\nconst x = f('y');")).toBe("<p>don't</p>\nconst x = f(' ');");
});

test("keeps length and line breaks of any text", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(..."ab =(){}[]`$\\'\"/*\n;,".split(""), "${", "//", "é😀")),
      (parts) => {
        const text = parts.join("");
        const masked = maskSource(text);
        expect(masked.length).toBe(text.length);
        expect(masked.split("\n").map((line) => line.length)).toEqual(
          text.split("\n").map((line) => line.length),
        );
      },
    ),
  );
});

test.each([
  ["if (text) /don't/.test(text)", "if (text)        .test(text)"],
  ["else if (f(text)) /don't/.test(text)", "else if (f(text))        .test(text)"],
  ["while (i--) /'/.exec(s)", "while (i--)    .exec(s)"],
  ["x\nreturn /'/", "x\nreturn    "],
  ["do /'/.test(s); while (a)", "do    .test(s); while (a)"],
  ["{}\n/'/.test(s)", "{}\n   .test(s)"],
])("a slash that starts a statement or an operand starts a regular expression: %s", (text, masked) => {
  expect(maskSource(text)).toBe(masked);
});

test.each([
  "o.if(a) / b; '/'",
  "f(a) / b; '/'",
  "({}) / b; '/'",
  "i++ / 2; '/'",
  "a! / b; '/'",
  "o.return / b; '/'",
])("a slash behind a value divides: %s", (text) => {
  expect(maskSource(text)).toBe(text.replace("'/'", "' '"));
});
