import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { CovalentError } from "../model/errors.ts";

/**
 * An exclusive lock on a file that other programs take too: the Python SDK locks `covalent.conf.lock` with flock(2) before it
 * writes the configuration. Node cannot call flock, so a small child process holds the lock for us: `flock` (util-linux or
 * BusyBox), else `perl`, else `python3`. It lives until we close its input: if this process dies, the kernel closes it, the child
 * ends and the lock is free. On a machine that has none of the three there is no lock; writes are still atomic, and what two
 * writers may lose is one of two changes made in the same moment.
 */

const HOLDERS: readonly (readonly [command: string, ...args: string[]])[] = [
  ["flock", "{file}", "sh", "-c", "echo locked; exec cat"],
  [
    "perl",
    "-e",
    'use Fcntl ":flock"; open(my $f, ">>", $ARGV[0]) or die; flock($f, LOCK_EX) or die; $| = 1; print "locked\\n"; <STDIN>;',
    "{file}",
  ],
  [
    "python3",
    "-c",
    'import fcntl, sys; f = open(sys.argv[1], "a"); fcntl.flock(f, fcntl.LOCK_EX); print("locked", flush=True); sys.stdin.read()',
    "{file}",
  ],
];

type Holder = ChildProcessByStdio<Writable, Readable, null>;

/**
 * Runs `work` while holding the lock on `file` (created when absent, never removed).
 *
 * @throws {CovalentError} `FILE_LOCKED` when it is still taken after `timeoutMs`.
 */
export async function withFileLock<T>(
  file: string,
  timeoutMs: number,
  work: () => T | Promise<T>,
): Promise<T> {
  const holder = await acquire(file, timeoutMs);
  try {
    return await work();
  } finally {
    if (holder !== undefined) await release(holder);
  }
}

async function acquire(file: string, timeoutMs: number): Promise<Holder | undefined> {
  for (const [command, ...args] of HOLDERS) {
    const holder = spawn(
      command,
      args.map((arg) => (arg === "{file}" ? file : arg)),
      { stdio: ["pipe", "pipe", "ignore"] },
    );
    const outcome = await locked(holder, timeoutMs);
    if (outcome === "locked") return holder;
    if (outcome === "timeout") {
      await release(holder, "SIGKILL");
      throw new CovalentError("FILE_LOCKED", { file, seconds: timeoutMs / 1_000 });
    }
  }
  return undefined;
}

/** `absent`: there is no such program, or it cannot lock this file. */
async function locked(holder: Holder, timeoutMs: number): Promise<"locked" | "timeout" | "absent"> {
  const settled = new AbortController();
  const options = { signal: settled.signal };
  try {
    return await Promise.race([
      once(holder.stdout, "data", options).then(() => "locked" as const),
      once(holder, "close", options).then(() => "absent" as const),
      new Promise<"timeout">((resolve) => {
        const timer = setTimeout(resolve, timeoutMs, "timeout");
        settled.signal.addEventListener("abort", () => clearTimeout(timer));
      }),
    ]);
  } catch {
    return "absent";
  } finally {
    settled.abort();
  }
}

/** Resolves when the child has ended, and with it the lock. */
async function release(holder: Holder, signal?: NodeJS.Signals): Promise<void> {
  const ended = holder.exitCode !== null || holder.signalCode !== null ? undefined : once(holder, "exit");
  if (signal !== undefined) holder.kill(signal);
  holder.stdin.end();
  await ended;
}
