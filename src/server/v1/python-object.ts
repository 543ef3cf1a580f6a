/**
 * What the original's SDK stores for a Python value, as far as it can be shown without unpickling it: two offsets (8 bytes each,
 * big-endian), a JSON header, the value as `str()` gives it, and the pickle in base64.
 */
export interface PythonObject {
  readonly text: string;
  /** `undefined` when it is too large to be shown. */
  readonly pickle: Buffer | undefined;
}

const OFFSETS = 16;

/**
 * Reads the beginning of a stored value; `size` is how many bytes there are of it. `undefined` for anything else.
 *
 * @example
 * readPythonObject(bytes, bytes.length)?.text; // "[1, 2, 3]"
 */
export function readPythonObject(bytes: Buffer, size: number): PythonObject | undefined {
  if (bytes.length < OFFSETS) return undefined;
  const textStart = Number(bytes.readBigUInt64BE(0));
  const dataStart = Number(bytes.readBigUInt64BE(8));
  const isPlausible = textStart >= OFFSETS && textStart <= dataStart && dataStart <= size;
  // The header is a JSON object.
  if (!isPlausible || (textStart > OFFSETS && bytes[OFFSETS] !== 0x7b)) return undefined;
  const text = bytes.toString("utf8", textStart, dataStart);
  const isWhole = bytes.length >= size;
  return { text, pickle: isWhole ? Buffer.from(bytes.toString("latin1", dataStart), "base64") : undefined };
}

/** Python source that makes the value: for people who copy it. */
export function pickleSource(pickle: Buffer): string {
  return `import pickle\npickle.loads(${bytesLiteral(pickle)})`;
}

function bytesLiteral(bytes: Buffer): string {
  let literal = "";
  for (const byte of bytes) literal += byteText(byte);
  return `b'${literal}'`;
}

function byteText(byte: number): string {
  if (byte === 0x5c) return "\\\\";
  if (byte === 0x27) return "\\'";
  if (byte >= 0x20 && byte < 0x7f) return String.fromCharCode(byte);
  return `\\x${byte.toString(16).padStart(2, "0")}`;
}
