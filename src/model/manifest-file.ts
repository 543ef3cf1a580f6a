/**
 * A dispatch as one sequence of bytes: what the attempt of a sublattice puts out. It begins with the length of the manifest (8
 * bytes, big-endian); then come the manifest's lines (manifest-text.ts), then the payloads that are too large to be in them, as
 * the frames of a batch of assets (asset-frame.ts). Everything else that the manifest refers to is on the server already.
 */
import { encodeAssetFrameHead } from "./asset-frame.ts";

const HEAD = 8;

/** Where the two parts of a file are: offsets in bytes, ends not included. */
export interface ManifestFileParts {
  readonly manifest: { readonly start: number; readonly end: number };
  readonly assets: { readonly start: number; readonly end: number };
}

/** The bytes in pieces, so that no payload is copied. */
export function encodeManifestFile(
  lines: readonly string[],
  assets: ReadonlyMap<string, Uint8Array>,
): readonly Uint8Array[] {
  const manifest = Buffer.from(lines.join(""));
  const head = Buffer.alloc(HEAD);
  head.writeBigUInt64BE(BigInt(manifest.length));
  const frames = Array.from(assets, ([digest, bytes]) => [
    encodeAssetFrameHead({ digest, size: bytes.length }),
    bytes,
  ]);
  return [head, manifest, ...frames.flat()];
}

/**
 * Finds the parts of a file of `size` bytes by its first 8.
 *
 * @throws {RangeError} when they cannot be what a file begins with
 */
export function manifestFileParts(head: Uint8Array, size: number): ManifestFileParts {
  const length =
    head.length < HEAD
      ? Number.POSITIVE_INFINITY
      : Number(Buffer.from(head.buffer, head.byteOffset, HEAD).readBigUInt64BE());
  const end = HEAD + length;
  if (end > size) throw new RangeError(`a manifest of ${length} bytes is not in a file of ${size}`);
  return { manifest: { start: HEAD, end }, assets: { start: end, end: size } };
}

/** How many bytes {@link manifestFileParts} needs. */
export const MANIFEST_FILE_HEAD = HEAD;
