import { hash } from "node:crypto";
import type { PayloadRef } from "../model/payload.ts";
import { createBinaryWriter } from "./binary-writer.ts";
import { describe } from "./describe.ts";
import { devalueText } from "./devalue-text.ts";
import { type Envelope, encodeEnvelope } from "./envelope.ts";
import { plainText } from "./plain-text.ts";

/**
 * Values to bytes and back: what electrons take and return, in the form in which it is sent, stored and addressed.
 *
 * - It carries what structured clone carries, with identity and cycles, and says where in the value something else is.
 * - The bytes are canonical: the same value has the same bytes and digest in every process and version of Node. The order of
 *   an object's keys, of a Map's entries and of a Set's members is part of the value.
 * - Reading is safe on any bytes: no user code, no prototype pollution, no memory out of proportion to the input.
 *
 * envelope.ts has the format, kind.ts what is taken and refused, reductions.ts what is added to devalue.
 */
export interface SerializedPayload extends PayloadRef {
  readonly bytes: Uint8Array;
  readonly codec: "value";
  /** For people; see describe.ts. */
  readonly text: string;
  /** True when the bytes are UTF-8 throughout, so that they can travel in JSON as a string. */
  readonly textual: boolean;
}

/**
 * A value as bytes, with their SHA-256 and a short description.
 *
 * Different from structured clone: objects without a prototype stay so; a Node Buffer comes back as a Buffer; a resizable
 * ArrayBuffer comes back with a fixed length; symbol keys and subclasses of Array, Map, Set, ... are refused instead of dropped.
 *
 * @throws {CovalentError} `UNSERIALIZABLE` with the details `path` (`.fits[2].model`, `""` for the value itself) and `reason`
 * @example
 * const { bytes, digest, text } = serialize({ slope: 1.5, residuals: new Float64Array(1000) });
 */
export function serialize(value: unknown): SerializedPayload {
  const { envelope, textual } = envelopeOf(value);
  const bytes = encodeEnvelope(envelope);
  const digest = hash("sha256", bytes, "hex");
  return { bytes, digest, size: bytes.byteLength, codec: "value", text: describe(value), textual };
}

function envelopeOf(value: unknown): { readonly envelope: Envelope; readonly textual: boolean } {
  const plain = quickText(value);
  if (plain !== undefined) return { envelope: { text: plain, parts: [], views: [] }, textual: true };
  const binary = createBinaryWriter();
  const text = devalueText(value, binary);
  const envelope = { text, ...binary.finish() };
  return { envelope, textual: envelope.views.length === 0 };
}

function quickText(value: unknown): string | undefined {
  try {
    return plainText(value);
  } catch {
    // A getter or a Proxy threw. The general way meets it again and knows the path to it.
    return undefined;
  }
}
