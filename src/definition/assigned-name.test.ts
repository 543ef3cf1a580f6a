import { expect, test } from "vitest";
import { assignedName } from "./assigned-name.ts";
import { sourceText } from "./source-text.ts";

/** The name found for the call that the text marks with `@`. */
const nameIn = (marked: string) => assignedName(sourceText(marked.replace("@", "")), marked.indexOf("@"));

test.each([
  ["const x = @electron(f)", "x"],
  ["export const x: Task<number> = @electron(f)", "x"],
  ["const x: (a: { b: string; c: number }) => Promise<void> = @electron(f)", "x"],
  ["const x: Map<string, number> = @electron(f)", "x"],
  ["let x; x = @electron(f)", "x"],
  ["foo()\nx = @electron(f)", "x"],
  ["x ??= @electron(f)", "x"],
  ["const a = 1, x = @electron(f)", "x"],
  ["this.x = @electron(f)", "x"],
  ["exports.x = @electron(f)", "x"],
  ["module.exports = @electron(f)", "module.exports"],
  ["export default @electron(f)", "default"],
  ["export default /* here */ @electron(f)", "default"],
  ["const o = { x: @electron(f) }", "x"],
  ["const o = { a: 1, 'x y': @electron(f) }", "x y"],
  ["class A { static x = @electron(f) }", "x"],
  ["class A { static readonly x: unknown = @electron(f) }", "x"],
  ["class A {\n  y = 1;\n  x: T = @electron(f)\n}", "x"],
  ["class A { #x = @electron(f) }", "x"],
  ["const { x = @electron(f) } = y", "x"],
  ["const x = traced(@electron(f))", "x"],
  ["const x = traced(1, [2, { a: 3 }], @electron(f))", "x"],
  ["const x = a.b<string>(await @electron(f))", "x"],
  ["const x =\n  // y = electron(\n  @electron(\n    f,\n  )", "x"],
  ['const y = "x = electron("; const z = @electron(f)', "z"],
])("%s is named %s", (marked, name) => {
  expect(nameIn(marked)).toBe(name);
});

test.each([
  "const list = [@electron(f), 2]",
  "@electron(f)",
  "return @electron(f)",
  "const x = a ? b : @electron(f)",
  "if (a == @electron(f)) b",
  "(a) => @electron(f)",
])("%s has no name", (marked) => {
  expect(nameIn(marked)).toBeUndefined();
});
