import { CovalentError } from "../model/errors.ts";
import { setAlarm } from "./alarm.ts";

const FIRST_REST_MS = 1_000;
const LONGEST_REST_MS = 60_000;
/** Who has gone on for so long has got over what it rested for. */
const RECOVERED_AFTER_MS = 300_000;
/** So often in a row a dispatch is taken up again that something other than the machine stands in the way of: ten minutes. */
const TRIES = 15;

interface Rest {
  tries: number;
  lastAt: number;
  /** Begins the next try; `undefined` while none is due. */
  takeUp: (() => void) | undefined;
  callOff: () => void;
}

/**
 * Dispatches that could not go on: the database refused a change, or what they need could not be read or written. What is in memory
 * may then be ahead of what is stored, so that they are put away and taken up again from there, after a wait that grows.
 */
export class RestingDispatches {
  readonly #byId = new Map<string, Rest>();
  readonly #firstMs: number;

  /** @param firstMs how long each rests at first */
  constructor(firstMs = FIRST_REST_MS) {
    this.#firstMs = firstMs;
  }

  /** How many rest. */
  get size(): number {
    let resting = 0;
    for (const { takeUp } of this.#byId.values()) if (takeUp !== undefined) resting += 1;
    return resting;
  }

  /**
   * Has a dispatch taken up again after a while.
   *
   * @returns the wait in milliseconds; `undefined` when it has been tried so often that it is no use
   */
  add(dispatchId: string, error: unknown, takeUp: () => void): number | undefined {
    const now = performance.now();
    const known = this.#byId.get(dispatchId);
    const tries = known !== undefined && now - known.lastAt < RECOVERED_AFTER_MS ? known.tries : 0;
    known?.callOff();
    if (tries >= TRIES && !isPassing(error)) {
      this.#byId.delete(dispatchId);
      return undefined;
    }
    const ms = Math.min(this.#firstMs * 2 ** tries, LONGEST_REST_MS);
    const rest: Rest = { tries: tries + 1, lastAt: now + ms, takeUp, callOff: () => undefined };
    rest.callOff = setAlarm(ms, () => this.hurry(dispatchId));
    this.#byId.set(dispatchId, rest);
    return ms;
  }

  /** Takes a dispatch up now, if it rests. */
  hurry(dispatchId: string): void {
    const rest = this.#byId.get(dispatchId);
    const takeUp = rest?.takeUp;
    if (rest === undefined || takeUp === undefined) return;
    rest.callOff();
    rest.takeUp = undefined;
    takeUp();
  }

  /** It has ended. */
  delete(dispatchId: string): void {
    this.#byId.get(dispatchId)?.callOff();
    this.#byId.delete(dispatchId);
  }

  close(): void {
    for (const dispatchId of [...this.#byId.keys()]) this.delete(dispatchId);
  }
}

/** A change was refused that may be taken when what is stored has been read again. */
export function isRefusal(error: unknown): boolean {
  return error instanceof CovalentError && (error.code === "ILLEGAL_TRANSITION" || error.code === "INTERNAL");
}

/** No descriptors, memory or room left, a disk or a network that does not answer. */
const PASSING_ERRNO: ReadonlySet<unknown> = new Set([
  ...["EMFILE", "ENFILE", "ENOMEM", "EAGAIN", "EBUSY", "EIO", "ENOSPC", "EDQUOT", "EFBIG", "EROFS"],
  ...["ESTALE", "ENOLCK", "ETIMEDOUT", "EHOSTDOWN", "ECONNRESET", "ECONNREFUSED", "EPIPE"],
]);
/** Busy, locked, out of memory, read-only, interrupted, I/O error, full, cannot be opened. */
const PASSING_SQLITE: ReadonlySet<number> = new Set([5, 6, 7, 8, 9, 10, 13, 14]);
const PASSING_CODES: ReadonlySet<string> = new Set(["STORAGE_FULL", "DATABASE_BUSY", "DATABASE_UNUSABLE"]);

/** The machine is to blame, and nothing that anybody has stored: it may be better soon. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof CovalentError && PASSING_CODES.has(error.code)) return true;
  if ("code" in error && PASSING_ERRNO.has(error.code)) return true;
  if ("errcode" in error && typeof error.errcode === "number" && PASSING_SQLITE.has(error.errcode & 0xff))
    return true;
  return error.cause !== undefined && isPassing(error.cause);
}
