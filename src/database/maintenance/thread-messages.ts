import type { Failure } from "./thread-failure.ts";
import type { WorkName } from "./works.ts";

/** What goes to and fro between the thread that works on a database and the one that asked for it. */

/** What the thread is started with. */
export interface ThreadStart {
  readonly name: WorkName;
  readonly request: unknown;
  readonly owner: string;
  /** One number: not 0 when the work is to end at the next safe point. */
  readonly stop: SharedArrayBuffer;
}

export type FromThread =
  | { readonly kind: "step"; readonly line: string }
  | { readonly kind: "progress"; readonly label: string; readonly done: number; readonly total: number }
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "backup"; readonly path: string }
  | Question
  | { readonly kind: "done"; readonly result: unknown }
  | { readonly kind: "failed"; readonly failure: Failure };

/** The thread asks one thing at a time and waits for the answer. */
export type Question =
  | { readonly kind: "confirm"; readonly question: string }
  | { readonly kind: "server-running" };

export type Answer = { readonly value: unknown } | { readonly failure: Failure };
