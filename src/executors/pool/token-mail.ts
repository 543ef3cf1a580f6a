/** Collects the tokens of one turn and sends them together. */
export class TokenMail {
  readonly #send: (tokens: readonly string[]) => void;
  #tokens: string[] = [];

  constructor(send: (tokens: readonly string[]) => void) {
    this.#send = send;
  }

  add(token: string): void {
    if (this.#tokens.push(token) === 1) queueMicrotask(() => this.#send(this.#tokens.splice(0)));
  }
}
