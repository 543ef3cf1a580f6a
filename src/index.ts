/**
 * Covalent for TypeScript: the SDK. Functions become electrons (tasks), functions of electrons become lattices (workflows), and
 * the server that `covalent start` runs dispatches them.
 *
 * @example
 * import { dispatch, electron, getResult, lattice } from "covalent-ts";
 *
 * const square = electron((x: number) => x * x);
 * const sum = electron((terms: number[]) => terms.reduce((a, b) => a + b, 0));
 * export const sumOfSquares = lattice((n: number) => sum(Array.from({ length: n }, (_, i) => square(i))));
 *
 * const id = await dispatch(sumOfSquares)(10);
 * const { result } = await getResult(id, { wait: true }); // 285
 *
 * @module
 */

export {
  type CancelOptions,
  type ControlOptions,
  cancel,
  pause,
  resume,
  stopTriggers,
} from "./client/control.ts";
export { type DispatchError, type GetResultOptions, getResult, type Result } from "./client/result.ts";
export type { NodeAttempt, NodeError, NodeResult } from "./client/result-types.ts";
export type { StatusChange } from "./client/status-change.ts";
export type { Duration } from "./model/duration.ts";
export { CovalentError, type ErrorCode } from "./model/errors.ts";
export type { Status } from "./model/status.ts";
export type { CacheOptions } from "./sdk/cache-options.ts";
export { context, type TaskContext, type TaskLogger } from "./sdk/context.ts";
export {
  type Electron,
  type ElectronOptions,
  type ExecutorChoice,
  electron,
  isElectron,
  task,
} from "./sdk/electron.ts";
export type { Handle, HandleOf, Input, Inputs, PlainFunction, Resolved } from "./sdk/handle-types.ts";
export { isLattice, type Lattice, type LatticeOptions, lattice, workflow } from "./sdk/lattice.ts";
export { lepton, type PythonOptions, type ShellOptions } from "./sdk/lepton.ts";
export type { RetryCause, RetryOptions } from "./sdk/retry-options.ts";
export {
  type DirectoryEvent,
  type DirectoryTriggerOptions,
  databaseTrigger,
  directoryTrigger,
  type SqliteTriggerOptions,
  sqliteTrigger,
  type Trigger,
  timeTrigger,
} from "./sdk/triggers.ts";
export { wait } from "./sdk/wait.ts";
export { type DispatchOptions, dispatch, dispatchSync, start } from "./submission/dispatch.ts";
export { type RedispatchOptions, redispatch } from "./submission/redispatch.ts";
