import type { PrintedStream } from "../../client/printed.ts";
import { escaped } from "./printable.ts";
import type { Terminal } from "./terminal.ts";

/**
 * What a task has printed, on its way to the terminal: text as it comes, or one JSON object for each part of it. Of what is there at
 * first only the last lines are shown.
 */
export class PrintedText {
  readonly #terminal: Terminal;
  readonly #last: number;
  #decoders = newDecoders();
  #attempt = 0;
  /** Lines that may be the last ones, until the first reading is over. */
  #held: Record<PrintedStream, string[]> | undefined;

  constructor(terminal: Terminal, last: number) {
    this.#terminal = terminal;
    this.#last = last;
    if (Number.isFinite(last)) this.#held = { stdout: [], stderr: [] };
  }

  add(attempt: number, stream: PrintedStream, bytes: Uint8Array): void {
    if (attempt !== this.#attempt) {
      if (this.#attempt !== 0) this.#terminal.note(`attempt ${attempt}:`);
      this.#attempt = attempt;
      this.#decoders = newDecoders();
    }
    const text = this.#decoders[stream].decode(bytes, { stream: true });
    if (this.#held === undefined) this.#show(stream, text);
    else this.#hold(this.#held[stream], text);
  }

  /** All that was there has been added: what comes now is new. */
  caughtUp(): void {
    const held = this.#held;
    this.#held = undefined;
    if (held === undefined) return;
    for (const stream of ["stdout", "stderr"] as const) this.#show(stream, held[stream].join(""));
  }

  #hold(lines: string[], text: string): void {
    const parts = text.split(/(?<=\n)/);
    const first = parts.shift() ?? "";
    if (lines.length > 0 && !lines.at(-1)?.endsWith("\n")) lines[lines.length - 1] += first;
    else if (first !== "") lines.push(first);
    for (const part of parts) lines.push(part);
    lines.splice(0, Math.max(0, lines.length - this.#last));
  }

  #show(stream: PrintedStream, text: string): void {
    if (text === "") return;
    const part = { attempt: this.#attempt, stream, text };
    if (this.#terminal.json) this.#terminal.write(`${escaped(JSON.stringify(part))}\n`);
    else this.#terminal.pass(stream, text);
  }
}

/** A letter may come in two parts. */
function newDecoders() {
  return { stdout: new TextDecoder(), stderr: new TextDecoder() };
}
