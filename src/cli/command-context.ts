import type { Config, Flag } from "../config/config.ts";
import type { Environment } from "../config/locations.ts";
import type { ExitCode } from "./exit-code.ts";
import type { Terminal } from "./output/terminal.ts";

/** What every command is given: how to speak, and the world it runs in. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly env: Environment;
  readonly cwd: string;
  /** Show the stacks of errors. */
  readonly debug: boolean;
}

/** Runs a command's code, and keeps the exit code it gives; without one it is done. */
export type Run = (work: (context: CommandContext) => Promise<ExitCode | undefined>) => Promise<void>;

/** The configuration for a command. Loaded only by those that need it: help does without. */
export async function configOf(context: CommandContext, flags: readonly Flag[] = []): Promise<Config> {
  const { loadConfig } = await import("../config/config.ts");
  return loadConfig({ env: context.env, flags });
}
