import { CovalentError } from "../model/errors.ts";

/**
 * The bytes of a payload (docs/payload-format.md has an example):
 *
 * 1. one line of JSON, the header: magic, version, codec and, only when there are binary parts, the length of the text, the
 *    length of each part and the views on them;
 * 2. the text: the value as devalue writes it, UTF-8;
 * 3. the parts: raw little-endian bytes, each at a multiple of 8 from the start of the payload, zeros in between.
 *
 * A payload without binary parts ends with its text, so the whole of it is UTF-8.
 */
export interface Envelope {
  readonly text: string;
  readonly parts: readonly Uint8Array[];
  readonly views: readonly StoredView[];
}

/** What reads a part: its type, the part's number, and the byte range in the part. */
export type StoredView = readonly [type: string, part: number, byteOffset: number, byteLength: number];

const MAGIC = "value";
const VERSION = 1;
const CODEC = "devalue";
const PREFIX = `{"covalent":"${MAGIC}","version":${VERSION},"codec":"${CODEC}"`;
const TEXT_HEADER = `${PREFIX}}\n`;
const TEXT_HEADER_BYTES = new TextEncoder().encode(TEXT_HEADER);
const NEWLINE = 10;
const ALIGNMENT = 8;

/** Puts a value's text and binary parts into one run of bytes. */
export function encodeEnvelope({ text, parts, views }: Envelope): Uint8Array {
  if (parts.length === 0 && views.length === 0) return Buffer.from(TEXT_HEADER + text);
  const body = Buffer.from(text);
  const lengths = parts.map((part) => part.byteLength);
  const sizes = `,"text":${body.byteLength},"parts":${JSON.stringify(lengths)}`;
  const header = Buffer.from(`${PREFIX}${sizes},"views":${JSON.stringify(views)}}\n`);
  const { offsets, end } = placeParts(header.byteLength + body.byteLength, lengths);
  const bytes = new Uint8Array(end);
  bytes.set(header);
  bytes.set(body, header.byteLength);
  for (const [index, part] of parts.entries()) bytes.set(part, offsets[index]);
  return bytes;
}

/**
 * Takes the bytes apart again. The parts are views on `bytes`.
 *
 * @throws {CovalentError} `PAYLOAD_CORRUPT` or `PAYLOAD_VERSION`
 */
export function decodeEnvelope(bytes: Uint8Array): Envelope {
  const headerLength = TEXT_HEADER_BYTES.byteLength;
  if (TEXT_HEADER_BYTES.every((byte, index) => bytes[index] === byte)) {
    return { text: utf8(bytes.subarray(headerLength)), parts: [], views: [] };
  }
  const newline = bytes.indexOf(NEWLINE);
  if (newline < 0) throw corrupt("it has no header line");
  const header = readHeader(utf8(bytes.subarray(0, newline)));
  const textEnd = newline + 1 + header.text;
  const { offsets, end } = placeParts(textEnd, header.parts);
  if (end !== bytes.byteLength)
    throw corrupt(`its header describes ${end} bytes, there are ${bytes.byteLength}`);
  const parts = header.parts.map((length, index) => {
    const start = offsets[index] ?? end;
    return bytes.subarray(start, start + length);
  });
  return { text: utf8(bytes.subarray(newline + 1, textEnd)), parts, views: header.views };
}

/** The error for bytes that nobody wrote, or that did not survive. */
export function corrupt(reason: string, cause?: unknown): CovalentError {
  return new CovalentError("PAYLOAD_CORRUPT", { reason }, cause === undefined ? undefined : { cause });
}

interface Header {
  readonly text: number;
  readonly parts: readonly number[];
  readonly views: readonly StoredView[];
}

function readHeader(line: string): Header {
  const header = parseHeader(line);
  if (header.covalent !== MAGIC) throw corrupt("it does not begin with the header of a Covalent value");
  if (header.version !== VERSION || header.codec !== CODEC) {
    const format = `${String(header.codec)} ${String(header.version)}`;
    throw new CovalentError("PAYLOAD_VERSION", { format, supported: `${CODEC} ${VERSION}` });
  }
  const { text, parts, views } = header;
  if (!isLength(text) || !Array.isArray(parts) || !parts.every(isLength))
    throw corrupt("its lengths are wrong");
  if (!Array.isArray(views) || !views.every(isStoredView)) throw corrupt("its views are wrong");
  return { text, parts, views };
}

function parseHeader(line: string): Readonly<Record<string, unknown>> {
  try {
    const header: unknown = JSON.parse(line);
    if (typeof header === "object" && header !== null) return header as Record<string, unknown>;
  } catch {
    // Said below: whatever is wrong with it, it is not a header.
  }
  throw corrupt("it does not begin with the header of a Covalent value");
}

function isStoredView(view: unknown): view is StoredView {
  return (
    Array.isArray(view) && view.length === 4 && typeof view[0] === "string" && view.slice(1).every(isLength)
  );
}

function isLength(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function placeParts(start: number, lengths: readonly number[]): { offsets: readonly number[]; end: number } {
  let end = start;
  const offsets = lengths.map((length) => {
    const offset = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
    end = offset + length;
    return offset;
  });
  return { offsets, end };
}

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function utf8(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch (error) {
    throw corrupt("its text is not UTF-8", error);
  }
}
