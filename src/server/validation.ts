import type * as z from "zod";
import { CovalentError } from "../model/errors.ts";

/**
 * A part of a manifest, checked against its schema. `where` leads the message, e.g. `node 17`.
 *
 * @throws {CovalentError} `INVALID_MANIFEST` with the first thing that is wrong.
 */
export function checked<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  where: string,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path.map(String).join(".");
  throw invalidManifest([where, path, issue?.message].filter((part) => part).join(": "));
}

export function invalidManifest(reason: string): CovalentError {
  return new CovalentError("INVALID_MANIFEST", { reason });
}

/** Free-form parts may be nested this deep; deeper ones would exhaust the stack of whoever prints them. */
const MAX_DEPTH = 64;

/** @throws {CovalentError} `INVALID_MANIFEST` when a free-form value is nested too deep. */
export function checkDepth(value: unknown, where: string, left = MAX_DEPTH): void {
  if (typeof value !== "object" || value === null) return;
  if (left === 0) throw invalidManifest(`${where} is nested more than ${MAX_DEPTH} levels deep`);
  for (const item of Object.values(value)) checkDepth(item, where, left - 1);
}
