import { createInterface } from "node:readline/promises";
import { CovalentError } from "../../../model/errors.ts";
import type { CommandContext } from "../../command-context.ts";
import { printable } from "../../output/printable.ts";

/** Asks a person and resolves to the answer. */
export type Confirm = (question: string) => Promise<boolean>;

export interface YesOption {
  readonly yes?: true;
}

/**
 * How a command asks: with `--yes` the answer is yes, on a terminal a person gives it, and where there is nobody the command is
 * refused instead of waiting.
 *
 * @throws {CovalentError} `CONFIRMATION_NEEDED`, when it is asked and there is no terminal
 */
export function createConfirm({ terminal }: CommandContext, { yes }: YesOption): Confirm {
  return async (question) => {
    if (yes) return true;
    if (!terminal.interactive || !process.stdin.isTTY)
      throw new CovalentError("CONFIRMATION_NEEDED", { question });
    const lines = createInterface({ input: process.stdin, output: process.stdout });
    const closed = new AbortController();
    lines.once("close", () => closed.abort());
    try {
      const answer = await lines.question(`${printable(question, false)} [y/N] `, { signal: closed.signal });
      return /^y(es)?$/i.test(answer.trim());
    } catch (error) {
      // Ctrl-C or Ctrl-D: no answer is no.
      if (closed.signal.aborted) return false;
      throw error;
    } finally {
      lines.close();
    }
  };
}
