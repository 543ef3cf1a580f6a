/**
 * The arguments of an earlier dispatch, to be looked at and changed as JSON. What JSON cannot say (dates, maps, bytes, bigints,
 * `undefined`, what is too long) is described, and kept as it is.
 */
import type { Client } from "../client/client.ts";
import { readStoredText } from "../client/stored-value.ts";
import { CovalentError } from "../model/errors.ts";
import { parameterNamesOf } from "../sdk/parameter-names.ts";
import { describe } from "../serialization/describe.ts";
import { earlierArguments, resubmit } from "./resubmit.ts";

/** Characters that a person can be expected to edit. */
const EDITABLE_LENGTH = 256 * 1024;

/** An argument for people. */
export interface ShownInput {
  readonly name: string;
  /** `null` where JSON does not say all of it. */
  readonly json: string | null;
  readonly text: string;
}

/** @throws {CovalentError} `DISPATCH_NOT_FOUND`, `INVALID_ARGUMENT`, `DISPATCH_OF_ORIGINAL` */
export async function shownInputs(client: Client, of: string): Promise<ShownInput[]> {
  const args = await earlierArguments({ client, of }, await client.header(of));
  const source = await client.dispatchAsset(of, "workflow_function_string");
  const nameOf = parameterNamesOf(await readStoredText(source, client));
  return args.map((value, index) => ({ name: nameOf(index), json: jsonOf(value), text: describe(value) }));
}

/** Runs the dispatch again with what is changed; `null` keeps an argument. */
export async function runEdited(
  client: Client,
  of: string,
  inputs: readonly (string | null)[],
  reuse: boolean,
): Promise<{ readonly dispatchId: string; readonly reused: number }> {
  const before = await earlierArguments({ client, of }, await client.header(of));
  const args = Array.from({ length: Math.max(inputs.length, before.length) }, (_, index) => {
    const text = inputs[index] ?? null;
    return text === null ? before[index] : parsed(text, index);
  });
  return resubmit({ client, of, reuse, args, replacements: [], overrides: {} });
}

function parsed(text: string, index: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = `argument ${index + 1} is not JSON: ${(cause as Error).message}`;
    throw new CovalentError("INVALID_ARGUMENT", { reason }, { cause });
  }
}

function jsonOf(value: unknown): string | null {
  if (!isJson(value, 0)) return null;
  const text = JSON.stringify(value, null, 2);
  return text.length <= EDITABLE_LENGTH ? text : null;
}

/** Deeper than people edit; what contains itself is deeper than that. */
const DEEPEST = 100;

function isJson(value: unknown, depth: number): boolean {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value !== "object" || depth > DEEPEST) return false;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++)
      if (!(index in value) || !isJson(value[index], depth + 1)) return false;
    return true;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  return Object.values(value).every((inner) => isJson(inner, depth + 1));
}
