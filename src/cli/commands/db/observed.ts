import type { Observer } from "../../../database/maintenance/observer.ts";
import type { CommandContext } from "../../command-context.ts";
import { createBar } from "../../output/bar.ts";

/**
 * Shows work on the database while it lasts: a bar that moves on a terminal, lines for steps, notes on standard error. A Ctrl-C
 * ends the work in an orderly way; the second one ends the process at once, which loses nothing either.
 */
export async function observed<T>(
  { terminal }: CommandContext,
  work: (report: Observer, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const bar = createBar(terminal);
  const report: Observer = {
    step: (line) => bar.line(line),
    progress: (amount) => bar.show(amount),
    note: (text) => {
      bar.end();
      terminal.note(`note: ${text}`);
    },
    backup: (path) => bar.line(`Backup: ${path}`),
  };
  const interrupted = new AbortController();
  const interrupt = (): void => {
    bar.end();
    terminal.note(
      "note: this ends at the next safe point. Again ends it at once, which loses nothing either.",
    );
    interrupted.abort();
  };
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const name of signals) process.once(name, interrupt);
  try {
    return await work(report, interrupted.signal);
  } finally {
    for (const name of signals) process.removeListener(name, interrupt);
    bar.end();
  }
}
