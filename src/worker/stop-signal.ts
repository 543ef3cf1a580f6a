/** How an attempt hears that it is to end: by the signal of its context, if it ever asked for that. */
export class StopSignal {
  #controller: AbortController | null = null;
  #isStopped = false;

  /** The attempt's signal; aborted already when the attempt was told to end before it asked. */
  listen(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#isStopped) this.#abort(this.#controller);
    return this.#controller.signal;
  }

  /** Tells the attempt to end. False when it does not listen: nothing will happen by itself then. */
  stop(): boolean {
    this.#isStopped = true;
    if (this.#controller === null) return false;
    this.#abort(this.#controller);
    return true;
  }

  #abort(controller: AbortController): void {
    const message = "this attempt was cancelled, or has run longer than its timeout";
    if (!controller.signal.aborted) controller.abort(new DOMException(message, "AbortError"));
  }
}
