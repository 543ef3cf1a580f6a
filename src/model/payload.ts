/**
 * A payload is a serialised value: bytes, addressed by their SHA-256 (`digest`, lower-case hex).
 *
 * Small ones travel inside messages and live in the database (`inline`), large ones live in the asset store under their digest.
 * The server never opens a payload; `text` is the short description made by whoever serialised it, so that it can be shown.
 */
export interface PayloadRef {
  /** SHA-256 of the bytes, 64 lower-case hex digits. */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  /** How to read the bytes. */
  readonly codec: PayloadCodec;
  /** The bytes themselves, when they are small. */
  readonly inline?: Uint8Array;
  /** A short text for people, at most {@link MAX_PAYLOAD_TEXT} characters. */
  readonly text?: string;
}

/** `value`: src/serialization's envelope; `template`: JSON of {@link Template}; `pickle`: the Python SDK's; `bytes`: opaque; `text`: UTF-8; `manifest`: the lines of a sublattice's manifest. */
export type PayloadCodec = (typeof PAYLOAD_CODECS)[number];

export const PAYLOAD_CODECS = ["value", "template", "pickle", "bytes", "text", "manifest"] as const;

/** Characters of a payload's description. */
export const MAX_PAYLOAD_TEXT = 4_000;

/** Bytes: payloads up to this size live beside their node in the database, larger ones in the asset store. */
export const INLINE_LIMIT = 16 * 1024;

/** Bytes: payloads up to this size stay in memory while their dispatch runs; larger ones are read again when they are needed. */
export const KEPT_LIMIT = 1024;
