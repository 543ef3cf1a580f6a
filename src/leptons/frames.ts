import type { Crossing, Patch } from "./crossing.ts";

/** What is said to a lepton's program, or by it: a header, and the value that goes with it. */
export interface Message<H> {
  readonly header: H;
  readonly crossing: Crossing;
}

interface Wire<H> {
  readonly header: H;
  readonly value: unknown;
  readonly patches: readonly Patch[];
  readonly sizes: readonly number[];
}

/** A message as bytes: the length of its JSON (four bytes, little-endian), the JSON, then the pieces one behind the other. */
export function encodeMessage<H>({ header, crossing }: Message<H>): readonly Uint8Array[] {
  const { value, patches, pieces } = crossing;
  const wire: Wire<H> = { header, value, patches, sizes: pieces.map(({ byteLength }) => byteLength) };
  const json = Buffer.from(JSON.stringify(wire));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  return [length, json, ...pieces];
}

/** The message in all that came; `undefined` when it ends too early. */
export function decodeMessage<H>(bytes: Buffer): Message<H> | undefined {
  if (bytes.length < 4) return undefined;
  const start = 4 + bytes.readUInt32LE(0);
  if (bytes.length < start) return undefined;
  const { header, value, patches, sizes }: Wire<H> = JSON.parse(bytes.toString("utf8", 4, start));
  const pieces: Uint8Array[] = [];
  let at = start;
  for (const size of sizes) {
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return at > bytes.length ? undefined : { header, crossing: { value, patches, pieces } };
}
