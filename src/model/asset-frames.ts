import { ASSET_FRAME_HEAD, type AssetFrameHead, decodeAssetFrameHead } from "./asset-frame.ts";
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
  const input = new FrameInput(source);
  for (let head = await input.head(); head !== undefined; head = await input.head()) {
    const { digest, size } = decodeAssetFrameHead(head);
    yield { digest, size, content: input.content(size) };
  }
}

/** Reads a stream of chunks by given numbers of bytes. */
class FrameInput {
  readonly #chunks: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
    this.#chunks =
      Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  }

  /** The next frame's head; `undefined` where the stream ends between two frames. */
  async head(): Promise<Buffer | undefined> {
    const parts: Uint8Array[] = [];
    let missing = ASSET_FRAME_HEAD;
    while (missing > 0) {
      const part = await this.#upTo(missing);
      if (part === undefined && missing === ASSET_FRAME_HEAD) return undefined;
      if (part === undefined) throw cutShort("the last frame's head is not complete");
      parts.push(part);
      missing -= part.length;
    }
    return Buffer.concat(parts);
  }

  async *content(size: number): AsyncGenerator<Uint8Array> {
    for (let missing = size; missing > 0; ) {
      const part = await this.#upTo(missing);
      if (part === undefined) throw cutShort(`the last frame lacks ${missing} of its ${size} bytes`);
      missing -= part.length;
      yield part;
    }
  }

  async #upTo(size: number): Promise<Uint8Array | undefined> {
    while (this.#rest.length === 0) {
      const next = await this.#chunks.next();
      if (next.done) return undefined;
      this.#rest = next.value;
    }
    const part = this.#rest.subarray(0, size);
    this.#rest = this.#rest.subarray(part.length);
    return part;
  }
}

function cutShort(reason: string): CovalentError {
  return new CovalentError("INVALID_ARGUMENT", { reason: `the batch of assets is not complete: ${reason}` });
}
