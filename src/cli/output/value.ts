import { inspect } from "node:util";
import type { Terminal } from "./terminal.ts";

/** A workflow's value for people: texts as they are, everything else as a JavaScript program would show it. */
export function formatValue(value: unknown, { colors, width }: Terminal): string {
  if (typeof value === "string") return value;
  return inspect(value, {
    depth: 8,
    colors: colors.isColorSupported,
    maxArrayLength: 100,
    maxStringLength: 10_000,
    breakLength: width,
  });
}
