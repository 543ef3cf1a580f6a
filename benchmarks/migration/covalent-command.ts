import { fileURLToPath } from "node:url";

/** How the command line of this working tree is started, from its sources. */
export function covalentCommand(
  ...parameters: readonly string[]
): [program: string, ...parameters: string[]] {
  return [process.execPath, fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url)), ...parameters];
}
