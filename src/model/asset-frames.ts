import { ASSET_FRAME_HEAD, type AssetFrameHead, decodeAssetFrameHead } from "./asset-frame.ts";
import { ByteInput } from "./byte-input.ts";
import { CovalentError } from "./errors.ts";

/** One asset of a batch. `content` has to be read to its end before the next frame is asked for. */
export interface AssetFrame extends AssetFrameHead {
  readonly content: AsyncIterable<Uint8Array>;
}

/**
 * The frames of a batch of assets, one behind the other: a head (src/model/asset-frame.ts) and as many bytes as it says.
 *
 * @throws {CovalentError} `INVALID_ARGUMENT` when the stream ends inside a frame.
 */
export async function* assetFrames(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<AssetFrame> {
  const input = new ByteInput(source);
  for (;;) {
    const head = await input.take(ASSET_FRAME_HEAD);
    if (head.length === 0) return;
    if (head.length < ASSET_FRAME_HEAD) throw cutShort("the last frame's head is not complete");
    const { digest, size } = decodeAssetFrameHead(head);
    const lacking = (missing: number) => cutShort(`the last frame lacks ${missing} of its ${size} bytes`);
    yield { digest, size, content: input.stream(size, lacking) };
  }
}

function cutShort(reason: string): CovalentError {
  return new CovalentError("INVALID_ARGUMENT", { reason: `the batch of assets is not complete: ${reason}` });
}
