import { expect, test } from "vitest";
import { insideFunction } from "./enclosing-function.ts";
import { sourceText } from "./source-text.ts";

const inside = (marked: string) =>
  insideFunction(sourceText(marked.replace("@", "")).code, marked.indexOf("@"));

test.each([
  "const make = (fn) => @electron(fn)",
  "const make = <T,>(fn: T): Task<T> => @electron({ retries: 3 }, fn)",
  "function make(fn) { return @electron(fn) }",
  "function make(fn: () => void): Task<() => void> { if (fn) { return @electron(fn) } }",
  "const o = { make(fn) { return traced(@electron(fn)) } }",
  "class A { static make(fn): B { return [@electron(fn)] } }",
  "list.map((n) => ({ task: @electron(n) }))",
  "(async () => { const x = @electron(f) })()",
])("%s runs only when it is called", (marked) => {
  expect(inside(marked)).toBe(true);
});

test.each([
  "const x = @electron(f)",
  "const y = (a) => a; const x = @electron(f)",
  "const y = (a) => a\nconst x = @electron(f)",
  "if (a) { x = @electron(f) } else { }",
  "for (const n of [1, 2]) { @electron(n) }",
  "try { x = @electron(f) } catch (e) { }",
  "class A extends B { static x = @electron(f); static { this.y = 1 } }",
  "class A extends mixin(B) { static x = @electron(f) }",
  "const x: (a: number) => void = @electron(f)",
  "const o = { a: () => 1, x: @electron(f) }",
  "const x = traced(() => 1, @electron(f))",
])("%s runs with the module", (marked) => {
  expect(inside(marked)).toBe(false);
});
