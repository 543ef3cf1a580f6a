import type { Colors } from "./terminal.ts";

/** A status as it is printed everywhere: a mark that says it without colour, and its colour. */
export function statusText(status: string, colors: Colors): string {
  if (status === "COMPLETED") return colors.green(`✔ ${status}`);
  if (status === "FAILED") return colors.red(`✖ ${status}`);
  if (status === "CANCELLED") return colors.yellow(`⊘ ${status}`);
  return status === "NEW_OBJECT" ? colors.dim(`· ${status}`) : colors.cyan(`▸ ${status}`);
}
