import { CovalentError } from "../model/errors.ts";
import { type Electron, isElectron } from "../sdk/electron.ts";
import type { PlainFunction } from "../sdk/handle-types.ts";
import { isLattice, type Lattice } from "../sdk/lattice.ts";
import { latticeOptions } from "../sdk/options.ts";
import { connect } from "./connect.ts";
import { checkKey, type DispatchOptions, notALattice } from "./dispatch.ts";
import { moduleCode } from "./module-code.ts";
import type { Replacement } from "./replace-electrons.ts";

/** What {@link redispatch} does other than before; what is absent is as it was. */
export interface RedispatchOptions<F extends PlainFunction = PlainFunction> extends DispatchOptions {
  /** The arguments of the lattice. */
  readonly args?: PlainFunction extends F ? readonly unknown[] : Parameters<F>;
  /** The lattice as this program has it now; the code that was stored with the dispatch runs when absent. */
  readonly lattice?: Lattice<F>;
  /** Electrons in the place of others, by the names of these, wherever they are called. They take the same arguments, and always run. */
  readonly replaceElectrons?: Readonly<Record<string, Electron>>;
  /**
   * Nodes that have completed and would do the same again (the same code and options, the same inputs, all their ancestors included) are
   * not run: they have their earlier result.
   */
  readonly reusePreviousResults?: boolean;
  /** The same, said of a dispatch that did not get to its end: keep what has completed, run the rest. */
  readonly resume?: boolean;
  /** Wait for the end of the earlier dispatch; otherwise one that still runs is refused where its results would be taken over. */
  readonly wait?: boolean;
  /** Ends the waiting. */
  readonly signal?: AbortSignal;
}

/** How long a server that went away is waited for, in milliseconds. */
const SERVER_TIMEOUT_MS = 600_000;

/**
 * Runs a dispatch again, as a new one with an id of its own: as it was, from where it failed, with other arguments, or with other code.
 * The earlier dispatch, and all it has computed, stays as it is.
 *
 * @returns the id of the new dispatch
 * @throws whatever the lattice throws, where it is traced again
 * @throws {CovalentError} `DISPATCH_NOT_FOUND`; `DISPATCH_NOT_ENDED` when the results of one that still runs are asked for;
 *   `DISPATCH_OF_ORIGINAL` for those that the original Covalent wrote; `INVALID_ARGUMENT`, `INVALID_OPTION`, and those of
 *   {@link dispatch}
 * @example
 * import { dispatch, electron, getResult, lattice, redispatch } from "covalent-ts";
 *
 * const load = electron((path: string) => path.length);
 * const fit = electron((size: number) => 100 / size);
 * export const flow = lattice((path: string) => fit(load(path)));
 *
 * const id = await dispatch(flow)("data.csv");
 * await getResult(id, { wait: true });
 * await redispatch(id, { resume: true });
 * await redispatch(id, { args: ["other.csv"] });
 * const better = electron((size: number) => 200 / size);
 * await redispatch(id, { replaceElectrons: { fit: better }, reusePreviousResults: true });
 */
export async function redispatch<F extends PlainFunction = PlainFunction>(
  dispatchId: string,
  options: RedispatchOptions<F> = {},
): Promise<string> {
  const { idempotencyKey, run, resume = false, reusePreviousResults = false } = options;
  const { priority, deadline, replaceElectrons = {} } = options;
  checkKey(idempotencyKey);
  checkElectrons(replaceElectrons);
  const args = checkedArguments(options.args);
  const current = currentCode(options.lattice);
  const overrides = latticeOptions({ priority, deadline });
  const [{ resubmit }, client] = await Promise.all([import("./resubmit.ts"), connect(options)]);
  if (options.wait) await untilEnded(client, dispatchId, options.signal);
  const resubmitted = await resubmit({
    client,
    of: dispatchId,
    reuse: resume || reusePreviousResults,
    current,
    args,
    replacements: await replacements(replaceElectrons),
    idempotencyKey,
    overrides,
    run,
  });
  return resubmitted.dispatchId;
}

function currentCode(lattice: unknown) {
  if (lattice === undefined) return undefined;
  if (!isLattice(lattice)) throw notALattice("redispatch(id, { lattice })", lattice);
  return { lattice, code: () => moduleCode(lattice.definition.module) };
}

function checkedArguments(args: unknown): readonly unknown[] | undefined {
  if (args === undefined || Array.isArray(args)) return args;
  throw invalid("redispatch(id, { args }) takes the list of the lattice's arguments");
}

function checkElectrons(electrons: Readonly<Record<string, unknown>>): void {
  for (const [name, given] of Object.entries(electrons))
    if (!isElectron(given))
      throw invalid(`redispatch(id, { replaceElectrons: { ${name} } }) takes electrons: make one of it`);
}

function invalid(reason: string): CovalentError {
  return new CovalentError("INVALID_ARGUMENT", { reason });
}

async function untilEnded(
  client: Awaited<ReturnType<typeof connect>>,
  dispatchId: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { waitForEnd } = await import("../client/wait.ts");
  await waitForEnd(client, dispatchId, { lostAfterMs: SERVER_TIMEOUT_MS, ...(signal && { signal }) });
}

function replacements(electrons: Readonly<Record<string, Electron>>): Promise<Replacement[]> {
  return Promise.all(
    Object.entries(electrons).map(async ([name, electron]) => {
      return { name, electron, code: await moduleCode(electron.definition.module) };
    }),
  );
}
