/**
 * The end of a text that grows on the server: fetched by ranges, each byte once. Who shows it says how large it is by now; it asks for
 * nothing by itself.
 */
import { fetchRange } from "./client.ts";

/** What is shown of a long text is its end. Bytes. */
const SHOWN_BYTES = 256 * 1024;

export interface ShownText {
  readonly text: string;
  /** Bytes before what is shown. */
  readonly skipped: number;
}

export class GrowingText {
  readonly #address: string;
  readonly #shown: (shown: ShownText) => void;
  readonly #decoder = new TextDecoder();
  #text = "";
  #skipped = 0;
  #end = 0;
  #wanted = 0;
  #fetching = false;
  #closed = false;

  constructor(address: string, shown: (shown: ShownText) => void) {
    this.#address = address;
    this.#shown = shown;
  }

  /** It is so large by now. Resolves when that much is shown, or cannot be had now. */
  async growTo(size: number): Promise<void> {
    this.#wanted = Math.max(this.#wanted, size);
    if (this.#fetching) return;
    this.#fetching = true;
    try {
      while (this.#end < this.#wanted && !this.#closed) await this.#fetchTo(this.#wanted);
    } finally {
      this.#fetching = false;
    }
  }

  close(): void {
    this.#closed = true;
  }

  async #fetchTo(size: number): Promise<void> {
    const start = Math.max(this.#end, size - SHOWN_BYTES);
    const bytes = await fetchRange(this.#address, start, size);
    const isGap = start > this.#end;
    this.#end = start + bytes.byteLength;
    this.#text = (isGap ? "" : this.#text) + this.#decoder.decode(bytes, { stream: true });
    if (this.#text.length > SHOWN_BYTES) this.#text = fromLine(this.#text.slice(-SHOWN_BYTES));
    else if (isGap) this.#text = fromLine(this.#text);
    this.#skipped = Math.max(0, this.#end - new TextEncoder().encode(this.#text).byteLength);
    if (!this.#closed) this.#shown({ text: this.#text, skipped: this.#skipped });
  }
}

/** From the beginning of a line on, where there is one. */
function fromLine(text: string): string {
  return text.slice(text.indexOf("\n") + 1);
}
