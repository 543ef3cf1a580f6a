/**
 * Frames: how messages travel on a socket and lie in a spool file. A frame is a JSON header and a binary body:
 *
 *     u32 length of all that follows | u32 length of the header | header (JSON, UTF-8) | body
 *
 * Both numbers are big-endian. Bytes of payloads are the body, never base64 inside the header.
 */
export interface Frame {
  readonly header: unknown;
  readonly body: Buffer;
}

/** Bytes that are no frames. */
export class BrokenFrame extends Error {
  override readonly name = "BrokenFrame";
}

/** As they are before any task's code runs: some replaces them. */
const { parse, stringify } = JSON;

const PREFIX = 8;
/** Bytes. A longer frame means that the other side does not speak this protocol. */
const MAX_FRAME = 1024 * 1024 * 1024;

/** One frame as bytes. */
export function encodeFrame(header: object, body: readonly Uint8Array[] = []): Buffer {
  const json = stringify(header);
  const headerLength = Buffer.byteLength(json);
  const bodyLength = body.reduce((sum, part) => sum + part.length, 0);
  const frame = Buffer.allocUnsafe(PREFIX + headerLength + bodyLength);
  frame.writeUInt32BE(4 + headerLength + bodyLength, 0);
  frame.writeUInt32BE(headerLength, 4);
  frame.write(json, PREFIX);
  let end = PREFIX + headerLength;
  for (const part of body) {
    frame.set(part, end);
    end += part.length;
  }
  return frame;
}

/**
 * Takes bytes as they come and calls `onFrame` with each whole frame. What is left at the end (the writer died in the middle
 * of a frame) is never reported.
 *
 * @throws {BrokenFrame}
 */
export function createFrameReader(onFrame: (frame: Frame) => void): (chunk: Buffer) => void {
  let parts: Buffer[] = [];
  let pending = 0;
  let needed = PREFIX;
  return (chunk) => {
    parts.push(chunk);
    pending += chunk.length;
    if (pending < needed) return;
    let rest = parts.length === 1 ? chunk : Buffer.concat(parts, pending);
    for (needed = frameSize(rest); rest.length >= needed; needed = frameSize(rest)) {
      const frame = decode(rest.subarray(0, needed));
      rest = rest.subarray(needed);
      onFrame(frame);
    }
    parts = rest.length > 0 ? [rest] : [];
    pending = rest.length;
  };
}

function frameSize(bytes: Buffer): number {
  if (bytes.length < PREFIX) return PREFIX;
  const size = 4 + bytes.readUInt32BE(0);
  if (size < PREFIX || size > MAX_FRAME) throw new BrokenFrame(`a frame of ${size} bytes is not one of ours`);
  return size;
}

function decode(bytes: Buffer): Frame {
  const headerEnd = PREFIX + bytes.readUInt32BE(4);
  return { header: parseHeader(bytes.toString("utf8", PREFIX, headerEnd)), body: bytes.subarray(headerEnd) };
}

function parseHeader(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new BrokenFrame("the header of a frame is no JSON", { cause: error });
  }
}
