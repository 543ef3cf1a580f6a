import type { RunOptions } from "../submission/node-options.ts";
import type { PreparedDispatch } from "../submission/prepare.ts";
import { plan, type Submission, submit } from "../submission/submit.ts";
import type { CommandContext } from "./command-context.ts";
import type { Connection } from "./connection.ts";
import { type RunFlags, runOptions } from "./run-options.ts";
import { loadWorkflow, parseArguments, parseTarget, type Target } from "./workflow-file.ts";

export interface SubmitOptions extends RunFlags {
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
  const asked = await readRequest(context, target, options);
  // Before the user's code is evaluated: without a server that would be for nothing.
  await client.health();
  const submission = await load(context, asked);
  const dispatchId = await submit({ ...submission, client: () => client });
  return { dispatchId, name: submission.lattice.name };
}

/** What a workflow would run: nothing of it is sent anywhere. */
export async function planWorkflow(
  context: CommandContext,
  target: string,
  options: SubmitOptions,
): Promise<PreparedDispatch> {
  return plan(await load(context, await readRequest(context, target, options)));
}

interface WorkflowRequest {
  readonly target: Target;
  readonly values: readonly unknown[];
  readonly idempotencyKey: string | undefined;
  readonly overrides: RunOptions;
}

async function readRequest(
  { cwd }: CommandContext,
  target: string,
  options: SubmitOptions,
): Promise<WorkflowRequest> {
  const values = parseArguments(options.args);
  const overrides = runOptions(options);
  const { idempotencyKey } = options;
  return { values, overrides, idempotencyKey, target: await parseTarget(target, cwd) };
}

async function load(
  { terminal, cwd }: CommandContext,
  { target, values, ...options }: WorkflowRequest,
): Promise<Omit<Submission, "client">> {
  terminal.keepOthersOut();
  const { lattice, ...code } = await loadWorkflow(target);
  for (const warning of code.bundle.warnings) terminal.note(`warning: ${warning}`);
  const expected = lattice.function.length;
  if (values.length < expected) {
    terminal.note(`note: ${lattice.name} takes ${expected} argument(s), --args gives ${values.length}`);
  }
  return { lattice, args: values, code: () => code, workdir: cwd, ...options };
}
