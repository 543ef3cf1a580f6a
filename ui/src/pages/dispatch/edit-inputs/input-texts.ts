/** An argument of a lattice, to be changed. */
export interface EditableInput {
  readonly name: string;
  /** `null` where JSON cannot say the value. */
  readonly json: string | null;
  readonly text: string;
}

/** What is wrong with a text that should be JSON. */
export function jsonProblem(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return `This is not JSON: ${(error as Error).message}`;
  }
}

/** What the server is told: the texts that were changed, `null` for what is kept. */
export function changedInputs(
  inputs: readonly EditableInput[],
  texts: ReadonlyMap<number, string>,
): (string | null)[] {
  return inputs.map(({ json }, index) => {
    const text = texts.get(index);
    return text === undefined || text === json ? null : text;
  });
}
