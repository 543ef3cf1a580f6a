import type { Observer, RunningServer } from "./observer.ts";

/** What a piece of work needs of the world around its thread. */
export interface Surroundings {
  readonly report: Observer;
  /** Names the files of this process; see `partial-files.ts`. */
  readonly owner: string;
  confirm(question: string): Promise<boolean>;
  serverRunning(): Promise<RunningServer | undefined>;
  /** True when the work is to end at the next safe point. */
  interrupted(): boolean;
  /** Bytes free on the disk of a directory. */
  availableBytes(directory: string): number;
  /** Called before each statement that changes the database. Tests end the process here. */
  statement?(sql: string): void;
}
