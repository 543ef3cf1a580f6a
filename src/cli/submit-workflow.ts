import { submit } from "../submission/submit.ts";
import type { CommandContext } from "./command-context.ts";
import type { Connection } from "./connection.ts";
import { loadWorkflow, parseArguments, parseTarget } from "./workflow-file.ts";

export interface SubmitOptions {
  readonly args?: string;
  readonly idempotencyKey?: string;
}

export interface Submitted {
  readonly dispatchId: string;
  readonly name: string;
}

/** Loads a workflow and starts it: what `run` and `dispatch` have in common. */
export async function submitWorkflow(
  context: CommandContext,
  { client }: Connection,
  target: string,
  options: SubmitOptions,
): Promise<Submitted> {
  const args = parseArguments(options.args);
  const found = await parseTarget(target, context.cwd);
  // Before the user's code is evaluated: without a server that would be for nothing.
  await client.health();
  context.terminal.keepOthersOut();
  const { lattice, ...code } = await loadWorkflow(found);
  for (const warning of code.bundle.warnings) context.terminal.note(`warning: ${warning}`);
  const expected = lattice.function.length;
  if (args.length < expected) {
    context.terminal.note(`note: ${lattice.name} takes ${expected} argument(s), --args gives ${args.length}`);
  }
  const dispatchId = await submit({
    lattice,
    args,
    code: () => code,
    client: () => client,
    workdir: context.cwd,
    idempotencyKey: options.idempotencyKey,
  });
  return { dispatchId, name: lattice.name };
}
