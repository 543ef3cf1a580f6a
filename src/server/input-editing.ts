/**
 * Running a dispatch again with other inputs, asked for by somebody who has no program at hand. Reading stored values and tracing
 * the lattice happen in a process of their own: this one opens no payload and evaluates nothing.
 */
export interface InputEditing {
  /** The lattice's arguments as they were. @throws {CovalentError} `DISPATCH_NOT_FOUND`, `INVALID_ARGUMENT` for those that are pickles */
  read(dispatchId: string): Promise<readonly EditableInput[]>;
  /**
   * Traces the stored lattice with changed arguments and starts the dispatch that this gives; the earlier one stays as it is.
   *
   * @throws whatever the lattice throws
   * @throws {CovalentError} `DISPATCH_NOT_FOUND`, `DISPATCH_NOT_ENDED`, `INVALID_ARGUMENT`
   */
  run(
    dispatchId: string,
    request: EditedRun,
  ): Promise<{ readonly dispatchId: string; readonly reused: number }>;
}

export interface EditableInput {
  /** What the lattice calls it. */
  readonly name: string;
  /** Its value, where JSON says all of it and it is not too long. */
  readonly json: string | null;
  /** For people. */
  readonly text: string;
}

export interface EditedRun {
  /** One for each argument: another value, as JSON, or `null` to keep the one it had. There may be more than there were. */
  readonly inputs: readonly (string | null)[];
  /** Nodes that would do the same again keep their results. */
  readonly reuse: boolean;
}
