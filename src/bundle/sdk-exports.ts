/** The exports of `covalent-ts`, as whoever evaluates a bundle hands them in: this folder is below the file that gathers them. */
export type Exports = Readonly<Record<string, unknown>>;

/**
 * How an export behaves in a bundle: some define what belongs to the module that calls them, some talk to a server, some give the
 * function that does, or have functions that define. The others are the same everywhere.
 */
export type SdkExportKind = "defines" | "talks" | "gives what talks" | "has what defines" | "as it is";

/** Every value that `covalent-ts` exports; the names are part of a bundle's bytes. */
export const SDK_EXPORTS: Readonly<Record<string, SdkExportKind>> = {
  CovalentError: "as it is",
  cancel: "talks",
  context: "as it is",
  databaseTrigger: "as it is",
  directoryTrigger: "as it is",
  dispatch: "gives what talks",
  dispatchSync: "gives what talks",
  electron: "defines",
  getResult: "talks",
  isElectron: "as it is",
  isLattice: "as it is",
  lattice: "defines",
  lepton: "has what defines",
  pause: "talks",
  redispatch: "talks",
  resume: "talks",
  sqliteTrigger: "as it is",
  start: "talks",
  stopTriggers: "talks",
  task: "defines",
  timeTrigger: "as it is",
  wait: "as it is",
  workflow: "defines",
};
