/**
 * The part of the tar format (POSIX ustar) that archives of dispatches are made of: regular files with short names, one behind the
 * other. Any `tar` reads what is written here. What is read may come from anybody, so everything else is refused rather than
 * understood: links, directories, devices, extended headers, names that lead elsewhere. Nothing is ever unpacked under its name.
 */
import { ByteInput } from "../../model/byte-input.ts";
import { CovalentError } from "../../model/errors.ts";

const BLOCK = 512;
/** Where the fields of a header are: offset and length. */
const NAME = [0, 100] as const;
const SIZE = [124, 12] as const;
const CHECKSUM = [148, 8] as const;
const TYPE = 156;
const MAGIC = [257, 6] as const;
const PREFIX = [345, 155] as const;

/** What a size has room for as octal digits; above it, it is a binary number, as GNU tar writes it. */
const OCTAL_LIMIT = 8 ** 11;

/** Two empty blocks end an archive. */
export const TAR_END = Buffer.alloc(2 * BLOCK);

/** The header of a regular file. `name` is ASCII, at most 100 characters. */
export function tarHeader(name: string, size: number): Buffer {
  const header = Buffer.alloc(BLOCK);
  header.write(name, ...NAME, "ascii");
  header.write(`0000600\0${"0000000\0".repeat(2)}`, 100, "ascii");
  if (size < OCTAL_LIMIT) header.write(`${size.toString(8).padStart(11, "0")}\0`, ...SIZE, "ascii");
  else {
    header.writeUInt8(0x80, SIZE[0]);
    header.writeBigUInt64BE(BigInt(size), SIZE[0] + 4);
  }
  header.write("00000000000\0", 136, "ascii");
  header.write("0", TYPE, "ascii");
  header.write("ustar\x0000", MAGIC[0], "ascii");
  header.write(`${checksumOf(header).toString(8).padStart(6, "0")}\0 `, ...CHECKSUM, "ascii");
  return header;
}

/** What fills the last block of a file. */
export function tarPadding(size: number): Buffer {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
}

export interface TarEntry {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Has to be read to its end before the next entry is asked for. */
  readonly content: AsyncIterable<Uint8Array>;
}

/** The files of an archive, one after the other. @throws {CovalentError} `ARCHIVE_INVALID` */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
  const input = new ByteInput(source);
  for (;;) {
    const header = await input.take(BLOCK);
    if (header.length < BLOCK) throw invalidArchive("it was cut short: its end is missing");
    if (header.every((byte) => byte === 0)) return;
    const { name, size } = parseHeader(header);
    const lacking = (missing: number) =>
      invalidArchive(`it was cut short: ${missing} of the ${size} bytes of ${name} are missing`);
    yield { name, size, content: input.stream(size, lacking) };
    await input.take(tarPadding(size).length);
  }
}

function parseHeader(header: Buffer): { readonly name: string; readonly size: number } {
  const magic = header.toString("latin1", MAGIC[0], MAGIC[0] + 5);
  if (magic !== "ustar" || checksumOf(header) !== octal(header, CHECKSUM)) {
    throw invalidArchive("it is no tar archive, or it is damaged");
  }
  const name = text(header, NAME);
  const type = header.toString("latin1", TYPE, TYPE + 1);
  if (!(type === "0" || type === "\0") || header[PREFIX[0]] !== 0 || /[^\x21-\x7e]/.test(name)) {
    throw invalidArchive(`it has an entry that no dispatch has: ${JSON.stringify(name)}`);
  }
  return { name, size: sizeOf(header) };
}

function sizeOf(header: Buffer): number {
  const isBinary = header[SIZE[0]] === 0x80;
  const size = isBinary ? Number(header.readBigUInt64BE(SIZE[0] + 4)) : octal(header, SIZE);
  if (!Number.isSafeInteger(size)) throw invalidArchive("it is damaged: a file has no size");
  return size;
}

/** With the field of the sum itself as spaces. */
function checksumOf(header: Buffer): number {
  const [start, length] = CHECKSUM;
  let sum = 32 * length;
  for (const [index, byte] of header.entries()) if (index < start || index >= start + length) sum += byte;
  return sum;
}

function octal(header: Buffer, field: readonly [number, number]): number {
  const digits = text(header, field).trim();
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
}

function text(header: Buffer, [start, length]: readonly [number, number]): string {
  const field = header.subarray(start, start + length);
  const end = field.indexOf(0);
  return field.toString("latin1", 0, end === -1 ? length : end);
}

export function invalidArchive(reason: string, cause?: unknown): CovalentError {
  return new CovalentError("ARCHIVE_INVALID", { reason }, cause === undefined ? undefined : { cause });
}
