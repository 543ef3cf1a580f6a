import type { PayloadCodec, PayloadRef } from "../../model/payload.ts";

/**
 * What is known of stored bytes, by the name under which a node (`output`, `stdout`, `error`, ...) or a dispatch (`result`,
 * `inputs`, ...) has them. Small ones are in the database; where large ones are is the asset store's affair.
 */
export interface AssetRepository {
  /** `nodeId` is null for assets of the dispatch itself. */
  find(dispatchId: string, nodeId: number | null, key: string): Promise<AssetRecord | undefined>;
  /**
   * Gives a name to a payload, in place of one that had it.
   *
   * @throws {CovalentError} `DISPATCH_NOT_FOUND`, `NODE_NOT_FOUND`
   */
  assign(dispatchId: string, nodeId: number | null, key: string, asset: AssignedAsset): Promise<void>;
  /** Notes what a file of the original's was found to be, unless that is known. */
  measured(dispatchId: string, nodeId: number | null, key: string, file: MeasuredFile): Promise<void>;
  /** The bytes with this digest, if they are in the database. */
  content(digest: string): Promise<Uint8Array | undefined>;
  /** The bytes with these digests, absent where they are not in the database. */
  contents(digests: Iterable<string>): Promise<ReadonlyMap<string, Uint8Array>>;
  /** What clients promised to upload for a dispatch and have not: how many, and the first. Read page by page. */
  pending(dispatchId: string): Promise<PendingAssets>;
  /** Which of these digests are in the database. */
  known(digests: Iterable<string>): Promise<Set<string>>;
}

export interface PendingAssets {
  readonly count: number;
  readonly first: { readonly nodeId: number | null; readonly key: string } | undefined;
}

export interface MeasuredFile {
  /** Bytes. */
  readonly size: number;
  /** SHA-1 as hex, which is what the original notes. */
  readonly sha1: string;
}

export interface AssignedAsset {
  readonly payload: PayloadRef;
  /** The client's own digest of the same bytes, kept beside ours. */
  readonly clientDigest?: string | undefined;
  readonly clientDigestAlg?: string | undefined;
}

export interface AssetRecord {
  readonly codec: PayloadCodec;
  /** Our SHA-256; `null` for what has not arrived yet and for files that the original wrote. */
  readonly digest: string | null;
  /** Bytes; `null` when nobody knows. */
  readonly size: number | null;
  readonly text: string | null;
  readonly inline?: Uint8Array;
  readonly clientDigest: string | null;
  readonly clientDigestAlg: string | null;
  /** Where the client said the bytes can be fetched. */
  readonly uri: string | null;
  /** `inline`, `store`, `pending`; `file` (in older databases `local`): `objectKey` in the directory `storagePath`. */
  readonly storageType: string;
  readonly storagePath: string;
  readonly objectKey: string;
}
