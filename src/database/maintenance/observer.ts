/** Who watches a long piece of work on a database: the command line draws it, tests record it. Nothing here answers back. */
export interface Observer {
  /** A step begins: `Running upgrade A -> B, message`. */
  step(line: string): void;
  /** How far the current piece of work is. `total` 0: unknown. */
  progress(progress: { readonly label: string; readonly done: number; readonly total: number }): void;
  /** A sentence worth reading: what was healed, left aside, found left over. */
  note(text: string): void;
  /** A backup was made and verified; its path. */
  backup(path: string): void;
}

/** A watcher that does not look. */
export const NOBODY: Observer = {
  step() {},
  progress() {},
  note() {},
  backup() {},
};

/** A server that has a database open. */
export interface RunningServer {
  readonly pid: number;
  readonly url: string;
}

/** What every piece of work on a database takes from whoever starts it. */
export interface WorkOptions {
  /** The database file. */
  readonly path: string;
  readonly report: Observer;
  /** Asked before anything that cannot be undone. Without it the answer is no. */
  readonly confirm?: (question: string) => Promise<boolean>;
  /** The server that has this database open, if one does: asked again right before the file is changed. */
  readonly serverRunning?: () => RunningServer | undefined;
  /** Ends the work at the next safe point: what was begun is rolled back. */
  readonly signal?: AbortSignal;
  /** How many backups of this database are kept in `backups/`; 10 unless told. The one just made is never among those removed. */
  readonly backupsKept?: number;
  /**
   * What commands in messages have to end in to mean the same database, with a space before: ` --database /tmp/x.sqlite`. Nothing
   * unless told.
   */
  readonly commandOptions?: string;
}
