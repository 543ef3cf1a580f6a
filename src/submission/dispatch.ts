import { getResult, type Result } from "../client/result.ts";
import type { Duration } from "../model/duration.ts";
import { CovalentError } from "../model/errors.ts";
import { isElectron } from "../sdk/electron.ts";
import type { PlainFunction, Resolved } from "../sdk/handle-types.ts";
import { isLattice, type Lattice } from "../sdk/lattice.ts";
import { latticeOptions } from "../sdk/options.ts";
import { connect } from "./connect.ts";
import { moduleCode } from "./module-code.ts";

/**
 * Where {@link dispatch} sends a workflow.
 *
 * @example
 * import type { DispatchOptions } from "covalent-ts";
 *
 * export const remote: DispatchOptions = { url: "http://box:48008", token: "secret" };
 */
export interface DispatchOptions {
  /** The server's address, e.g. `"http://localhost:48008"`; the running local server's, or the configured one, when absent. */
  readonly url?: string;
  /** For servers that listen beyond their own machine; the configured one when absent. */
  readonly token?: string;
  /** False: the dispatch is registered and its graph can be looked at; `start(id)` runs it. */
  readonly run?: boolean;
  /**
   * Any text of at most 512 characters. A second dispatch with the same key, from wherever and whenever, gives the first one's id
   * and runs nothing anew: for callers that try again without knowing whether they were heard. It must ask for the same: another
   * lattice, code or inputs with that key are refused (`IDEMPOTENCY_KEY_REUSED`).
   */
  readonly idempotencyKey?: string;
  /** Higher goes first; the lattice's own when absent. */
  readonly priority?: number;
  /** How long it may take from its start; the lattice's own when absent. */
  readonly deadline?: Duration;
}

/**
 * Registers and starts a dispatch: the lattice is called once to trace its graph, and the server runs what it finds.
 *
 * @returns a function that takes the lattice's arguments and gives the dispatch id
 * @throws whatever the lattice throws, unchanged
 * @throws {CovalentError} `INVALID_ARGUMENT` and `INVALID_OPTION` at once for what is no lattice or option; `SERVER_UNREACHABLE`, `UNSERIALIZABLE`, `BUNDLE_FAILED`,
 *   `BUNDLE_EVALUATION_FAILED`, `ELECTRON_NOT_IN_BUNDLE`, `SOURCE_CHANGED`
 * @example
 * import { dispatch, electron, getResult, lattice } from "covalent-ts";
 *
 * const count = electron((text: string) => text.split(" ").length);
 * export const words = lattice((text: string) => count(text));
 *
 * const id = await dispatch(words)("to be or not to be");
 * const { result } = await getResult(id, { wait: true }); // 6
 */
export function dispatch<F extends PlainFunction>(
  lattice: Lattice<F>,
  options: DispatchOptions = {},
): (...args: Parameters<F>) => Promise<string> {
  if (!isLattice(lattice)) throw notALattice("dispatch()", lattice);
  const { run, idempotencyKey } = options;
  checkKey(idempotencyKey);
  const overrides = latticeOptions({ priority: options.priority, deadline: options.deadline });
  return async (...args) => {
    // Loaded late: what only defines electrons needs neither a bundler nor a client.
    const { submit } = await import("./submit.ts");
    return submit({
      lattice,
      args,
      code: () => moduleCode(lattice.definition.module),
      client: () => connect(options),
      workdir: process.cwd(),
      run,
      idempotencyKey,
      overrides,
    });
  };
}

/**
 * Starts a dispatch that was registered with `run: false`. One that has started already is left as it is.
 *
 * @throws {CovalentError} `DISPATCH_NOT_FOUND`, `SERVER_UNREACHABLE`, `ASSETS_MISSING`
 * @example
 * import { dispatch, electron, lattice, start } from "covalent-ts";
 *
 * const one = electron(() => 1);
 * const flow = lattice(() => one());
 *
 * const id = await dispatch(flow, { run: false })();
 * await start(id);
 */
export async function start(
  dispatchId: string,
  options: Pick<DispatchOptions, "url" | "token"> = {},
): Promise<void> {
  const client = await connect(options);
  await client.start(dispatchId);
}

/** @throws {CovalentError} `INVALID_ARGUMENT` */
export function checkKey(key: unknown): void {
  if (key === undefined || (typeof key === "string" && key !== "" && key.length <= 512)) return;
  const reason = "idempotencyKey must be a text of 1 to 512 characters";
  throw new CovalentError("INVALID_ARGUMENT", { reason });
}

/**
 * Dispatches and waits for the result. A failed dispatch is a result too, with `status` FAILED and an `error`.
 *
 * @returns a function that takes the lattice's arguments and gives the {@link Result}
 * @throws {CovalentError} as {@link dispatch} and {@link getResult} do
 * @example
 * import { dispatchSync, electron, lattice } from "covalent-ts";
 *
 * const count = electron((text: string) => text.split(" ").length);
 * export const words = lattice((text: string) => count(text));
 *
 * const { status, result } = await dispatchSync(words)("to be or not to be"); // "COMPLETED", 6
 */
export function dispatchSync<F extends PlainFunction>(
  lattice: Lattice<F>,
  options: DispatchOptions = {},
): (...args: Parameters<F>) => Promise<Result<Resolved<Awaited<ReturnType<F>>>>> {
  const start = dispatch(lattice, options);
  return async (...args) => getResult(await start(...args), { ...options, wait: true });
}

/** `call` takes a lattice and was given something else. */
export function notALattice(call: string, given: unknown): CovalentError {
  const what = isElectron(given) ? `the electron ${given.name}` : describe(given);
  const fix =
    typeof given === "function"
      ? "make one of it: export const flow = lattice(...)"
      : "is it exported, and imported by its own name?";
  return new CovalentError("INVALID_ARGUMENT", { reason: `${call} takes a lattice, not ${what}; ${fix}` });
}

function describe(given: unknown): string {
  if (typeof given === "function") return `the function ${given.name || "without a name"}`;
  return typeof given === "object" && given !== null ? "an object" : `${given}`;
}
