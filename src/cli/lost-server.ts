import { setTimeout as pause } from "node:timers/promises";
import { type Duration, parseDuration } from "../model/duration.ts";
import { CovalentError } from "../model/errors.ts";
import type { Terminal } from "./output/terminal.ts";

/** Unless `--server-timeout` says otherwise. */
const WAIT_FOR_SERVER = "10m";
const LOOK_EVERY_MS = 500;

/** How a command that watches a dispatch bears the loss of its server, which may be restarted: it says so, waits, and goes on. */
export interface LostServer {
  /** How long it is waited for, in milliseconds. */
  readonly lostAfterMs: number;
  /** Says that it is lost. */
  readonly onLost: () => void;
  /** Asks until there is an answer. @throws {CovalentError} `SERVER_UNREACHABLE` when that takes too long */
  patiently<T>(ask: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

export interface ServerTimeout {
  readonly serverTimeout?: string;
}

/** @throws {CovalentError} `INVALID_DURATION` */
export function lostServer(
  terminal: Terminal,
  url: string,
  { serverTimeout = WAIT_FOR_SERVER }: ServerTimeout,
): LostServer {
  const given = /^\d+$/.test(serverTimeout) ? Number(serverTimeout) : serverTimeout;
  const lostAfterMs = parseDuration(given as Duration);
  const onLost = (): void => terminal.note(`lost the server at ${url}, waiting for it`);
  const patiently = async <T>(ask: () => Promise<T>, signal?: AbortSignal): Promise<T> => {
    const deadline = performance.now() + lostAfterMs;
    for (let said = false; ; said = true) {
      try {
        return await ask();
      } catch (error) {
        if (!isAway(error) || performance.now() >= deadline) throw error;
        if (!said) onLost();
        await pause(LOOK_EVERY_MS, undefined, signal && { signal });
      }
    }
  };
  return { lostAfterMs, onLost, patiently };
}

function isAway(error: unknown): boolean {
  return (
    error instanceof CovalentError &&
    (error.code === "SERVER_UNREACHABLE" || error.code === "SERVER_STOPPING")
  );
}
