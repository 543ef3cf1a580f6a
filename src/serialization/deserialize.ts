import { parse } from "devalue";
import { CovalentError } from "../model/errors.ts";
import { createBinaryReader } from "./binary-reader.ts";
import { isTooDeep } from "./depth.ts";
import { corrupt, decodeEnvelope } from "./envelope.ts";
import { createRevival } from "./revive.ts";

/**
 * The value that `serialize` wrote. It shares no memory with `bytes`, and reading runs nobody's code.
 *
 * @throws {CovalentError} `PAYLOAD_CORRUPT` when the bytes are damaged or of something else; `PAYLOAD_VERSION` when a newer
 *   Covalent wrote them
 * @example
 * deserialize(serialize(new Map([["a", 1n]])).bytes); // Map(1) { "a" => 1n }
 */
export function deserialize(bytes: Uint8Array): unknown {
  const { text, parts, views } = decodeEnvelope(bytes);
  const revival = createRevival(createBinaryReader(parts, views));
  try {
    const value: unknown = parse(text, revival.revivers);
    revival.finish();
    return value;
  } catch (error) {
    if (error instanceof CovalentError) throw error;
    const reason = isTooDeep(error) ? "it is nested too deeply" : "its text is not one that Covalent writes";
    throw corrupt(reason, error);
  }
}
