import { hash, randomFillSync, randomUUID } from "node:crypto";

/** A new dispatch id: a version 4 UUID, as the original's. */
export function newDispatchId(): string {
  return randomUUID();
}

/** The id of the dispatch that a sublattice's attempt builds: the same for the same token, and no other has it. */
export function subDispatchId(token: string): string {
  const digits = hash("sha256", `sub-dispatch ${token}`);
  // Version 8: a UUID whose meaning is its maker's own.
  const parts = [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `8${digits.slice(12, 15)}`,
    `8${digits.slice(15, 18)}`,
  ];
  return [...parts, digits.slice(18, 30)].join("-");
}

const TOKEN_BYTES = 16;

/** Random bytes for some tokens: asking for more at a time costs hardly more. */
const pool = Buffer.alloc(256 * TOKEN_BYTES);
let used = pool.length;

/**
 * A new attempt token: 128 random bits, so that nobody can answer for an attempt that is not theirs, behind the time, so that an
 * index of them grows at its end.
 */
export function newAttemptToken(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const start = used;
  used += TOKEN_BYTES;
  return `${Date.now().toString(36)}-${pool.toString("base64url", start, used)}`;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** True for anything that can be a dispatch id. */
export function isDispatchId(text: string): boolean {
  return UUID.test(text);
}
