import { waitForEnd } from "../../client/wait.ts";
import { CovalentError } from "../../model/errors.ts";
import type { Replacement } from "../../submission/replace-electrons.ts";
import { resubmit } from "../../submission/resubmit.ts";
import type { CommandContext } from "../command-context.ts";
import { connect, findDispatch } from "../connection.ts";
import { findNode } from "../find-node.ts";
import { type RunFlags, runOptions } from "../run-options.ts";
import { loadElectron, loadWorkflow, parseArguments, parseTarget } from "../workflow-file.ts";

export interface RedispatchCommandOptions extends RunFlags {
  readonly resume?: true;
  readonly reuse?: true;
  readonly from?: string;
  readonly args?: string;
  readonly file?: string;
  readonly replace?: readonly string[];
  readonly wait?: true;
  readonly idempotencyKey?: string;
}

/** How long a server that went away is waited for, in milliseconds. */
const SERVER_TIMEOUT_MS = 600_000;

/** `covalent redispatch ID`: its output is the new id alone, for `$(...)`. */
export async function redispatch(
  context: CommandContext,
  id: string,
  options: RedispatchCommandOptions,
): Promise<undefined> {
  const { terminal } = context;
  refuseFromWithChanges(options);
  const args = options.args === undefined ? undefined : parseArguments(options.args);
  const overrides = runOptions(options);
  const { client } = await connect(context);
  const of = await findDispatch(client, id);
  const fromNode = options.from === undefined ? undefined : await findNode(client, of, options.from);
  if (options.wait) await waitForEnd(client, of, { lostAfterMs: SERVER_TIMEOUT_MS });
  // What users' modules print while they are evaluated is not our output.
  terminal.keepOthersOut();
  const current = options.file === undefined ? undefined : await currentLattice(context, options.file);
  const { dispatchId, reused } = await resubmit({
    client,
    of,
    reuse: options.resume === true || options.reuse === true,
    fromNode,
    current,
    args,
    replacements: await Promise.all((options.replace ?? []).map((text) => replacement(context, text))),
    idempotencyKey: options.idempotencyKey,
    overrides,
  });
  terminal.data({ dispatch_id: dispatchId, redispatch_of: of, reused });
  if (reused > 0) terminal.note(`${reused} node(s) keep the result they have in dispatch ${of}`);
  terminal.print(dispatchId);
}

/** @throws {CovalentError} `USAGE`: with changes the node may be another one, or none */
function refuseFromWithChanges({ from, args, file, replace }: RedispatchCommandOptions): void {
  if (from === undefined || (args ?? file ?? replace) === undefined) return;
  throw new CovalentError("USAGE", {
    reason: "--from goes with neither --args nor --file nor --replace",
    advice: "With changes, --reuse keeps what they do not change.",
  });
}

async function currentLattice({ cwd, terminal }: CommandContext, file: string) {
  const { lattice, ...code } = await loadWorkflow(await parseTarget(file, cwd));
  for (const warning of code.bundle.warnings) terminal.note(`warning: ${warning}`);
  return { lattice, code: () => code };
}

/** Reads `name=FILE[#electron]`. */
async function replacement({ cwd }: CommandContext, text: string): Promise<Replacement> {
  const at = text.indexOf("=");
  if (at < 1) {
    throw new CovalentError("USAGE", {
      reason: `--replace takes name=file#electron, not ${text}`,
      advice: "For example --replace fit=src/fit.ts#better.",
    });
  }
  const { electron, ...code } = await loadElectron(await parseTarget(text.slice(at + 1), cwd));
  return { name: text.slice(0, at), electron, code };
}
