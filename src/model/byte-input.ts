/** Reads a stream of chunks by given numbers of bytes. What is asked for has to be read in order. */
export class ByteInput {
  readonly #chunks: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
    this.#chunks =
      Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  }

  /** The next `size` bytes together, fewer where the stream ends: none at its end. */
  async take(size: number): Promise<Buffer> {
    const parts: Uint8Array[] = [];
    for (let missing = size; missing > 0; ) {
      const part = await this.#upTo(missing);
      if (part === undefined) break;
      parts.push(part);
      missing -= part.length;
    }
    return Buffer.concat(parts);
  }

  /** The next `size` bytes as they come. Where the stream ends too soon, what `cutShort` makes of the number that is missing is thrown. */
  async *stream(size: number, cutShort: (missing: number) => Error): AsyncGenerator<Uint8Array> {
    for (let missing = size; missing > 0; ) {
      const part = await this.#upTo(missing);
      if (part === undefined) throw cutShort(missing);
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
