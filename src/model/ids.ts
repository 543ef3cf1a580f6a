import { randomBytes, randomUUID } from "node:crypto";

/** A new dispatch id: a version 4 UUID, as the original's. */
export function newDispatchId(): string {
  return randomUUID();
}

/** A new attempt token: 128 random bits, so that nobody can answer for an attempt that is not theirs. */
export function newAttemptToken(): string {
  return randomBytes(16).toString("base64url");
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** True for anything that can be a dispatch id. */
export function isDispatchId(text: string): boolean {
  return UUID.test(text);
}
