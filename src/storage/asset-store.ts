import type { Readable } from "node:stream";

/**
 * Stored bytes, addressed by their SHA-256 and immutable: what is there once is never changed, so two dispatches can share it
 * and a redispatch cannot overwrite an earlier run.
 *
 * If the process dies while bytes arrive, a temporary file is left, which `open` of the store removes; a digest is either
 * absent or complete.
 */
export interface AssetStore {
  /** Stores a stream and says what it was. When `expected` is given and differs, nothing is stored: `ASSET_CORRUPT`. */
  put(source: AsyncIterable<Uint8Array>, expected?: string): Promise<StoredAsset>;
  /**
   * Takes over a finished file (e.g. a worker's output) by renaming it; its digest is verified unless `trusted`. A file that is
   * gone because an earlier call took it over is no error.
   */
  adopt(path: string, digest: string, options?: { readonly trusted?: boolean }): Promise<StoredAsset>;
  has(digest: string): Promise<boolean>;
  /**
   * The bytes, or those of a range: from `start` up to, not including, `end` (what lies beyond the last byte is left out).
   *
   * @throws {CovalentError} `ASSET_NOT_FOUND`
   */
  read(digest: string, range?: { readonly start: number; readonly end: number }): Promise<Readable>;
  size(digest: string): Promise<number | undefined>;
  /** Every digest there is, in no order. */
  digests(): AsyncIterable<string>;
  /**
   * Removes bytes that nothing refers to. Those that were stored or asked about a moment ago stay: somebody may be about to refer to
   * them.
   *
   * @returns how many bytes went; `undefined` when they stay
   */
  remove(digest: string): Promise<number | undefined>;
  /** The file that holds the bytes, for processes on this machine. It must not be written to. */
  pathOf(digest: string): string;
  /**
   * A directory on the same file system, in which workers prepare files for {@link adopt}. Their names are free but must not
   * begin with `put-`; what nobody adopts is removed after a month.
   */
  readonly stagingDirectory: string;
}

export interface StoredAsset {
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
}
