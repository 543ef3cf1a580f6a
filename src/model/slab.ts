/**
 * Keeps many small byte strings side by side. An array of a few bytes alone takes three hundred; here they share what lies
 * behind them, and none holds on to the larger buffer that it may have come in. What was kept lasts as long as anything near it.
 *
 * @example
 * const slab = new Slab();
 * const kept = slab.keep(frame.subarray(12, 20)); // 8 bytes, and the frame can go
 */
export class Slab {
  #chunk = new Uint8Array(0);
  #used = 0;

  /** A copy of the bytes; nobody may change it. */
  keep(bytes: Uint8Array): Uint8Array {
    if (bytes.byteLength > CHUNK / 8) return Uint8Array.from(bytes);
    if (this.#used + bytes.byteLength > this.#chunk.byteLength) {
      this.#chunk = new Uint8Array(this.#chunk.byteLength === 0 ? FIRST : CHUNK);
      this.#used = 0;
    }
    const kept = this.#chunk.subarray(this.#used, this.#used + bytes.byteLength);
    kept.set(bytes);
    this.#used += bytes.byteLength;
    return kept;
  }
}

/** Most dispatches are small. */
const FIRST = 1_024;
const CHUNK = 32_768;
