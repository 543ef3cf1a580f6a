import { join } from "node:path";

/** The files of one worker in the executor's directory. */
export interface WorkerFiles {
  /** Append-only: what the process, its native code and its children write; an attempt is a range of bytes. */
  readonly stdout: string;
  readonly stderr: string;
  /** Append-only: what was started and how it ended (spool.ts). */
  readonly spool: string;
  /** While it exists the worker starts nothing: the server makes it to take back what has not started. */
  readonly hold: string;
  /** A directory for what tasks need while they run; made when the first one does. */
  readonly scratch: string;
}

/** Where the files of a worker are. */
export function workerFiles(directory: string, worker: string): WorkerFiles {
  const file = (extension: string) => join(directory, `worker-${worker}.${extension}`);
  return {
    stdout: file("stdout"),
    stderr: file("stderr"),
    spool: file("spool"),
    hold: file("hold"),
    scratch: file("scratch"),
  };
}

/** The file that names the socket of the server that listens now. */
export function addressFile(directory: string): string {
  return join(directory, "address");
}

/** The file (mode 0600) with the secret by which a worker proves that it is ours. */
export function secretFile(directory: string): string {
  return join(directory, "secret");
}
