/**
 * The head of one asset in a batch (`POST /api/v2/assets`, `POST /api/v2/assets/read`): its SHA-256 (32 bytes) and the size of the content that follows
 * (8 bytes, big-endian).
 */
export interface AssetFrameHead {
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
}

const DIGEST_BYTES = 32;

/** Bytes of a head. */
export const ASSET_FRAME_HEAD = DIGEST_BYTES + 8;

export const ASSET_FRAMES_TYPE = "application/x-covalent-assets";

export function encodeAssetFrameHead({ digest, size }: AssetFrameHead): Uint8Array {
  const head = Buffer.alloc(ASSET_FRAME_HEAD);
  head.write(digest, "hex");
  head.writeBigUInt64BE(BigInt(size), DIGEST_BYTES);
  return head;
}

/** The size may be beyond what a number holds exactly; nothing that large can follow. */
export function decodeAssetFrameHead(head: Uint8Array): AssetFrameHead {
  const bytes = Buffer.from(head.buffer, head.byteOffset, ASSET_FRAME_HEAD);
  return {
    digest: bytes.toString("hex", 0, DIGEST_BYTES),
    size: Number(bytes.readBigUInt64BE(DIGEST_BYTES)),
  };
}

/** How many digests one `POST /api/v2/assets/read` may ask for. */
export const ASSETS_PER_READ = 1_000;
