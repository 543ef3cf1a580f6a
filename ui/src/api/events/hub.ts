import type { StatusEvent } from "../../../../src/model/event.ts";
import type { ConnectionState, FromHub, ToHub } from "./messages.ts";
import { readStream } from "./read-stream.ts";

/** A tab, as the hub sees it: a `MessagePort`, or the dedicated worker's own scope where browsers share none. */
export interface Port {
  postMessage(message: FromHub): void;
}

/** How often tabs are told: each time costs them a rendering. */
const TELL_EVERY_MS = 80;
const RECONNECT_MS = 1_000;

/**
 * Holds the one stream of events that all tabs share, since a browser opens six connections to a host and a stream takes one up.
 *
 * It goes on behind the last event it saw, so that after a lost connection nothing is missed; where the server no longer has what
 * was missed, tabs are told to read again.
 */
export class Hub {
  readonly #watched = new Map<Port, ReadonlySet<string>>();
  #state: ConnectionState = "connecting";
  #token: string | undefined;
  #last: string | undefined;
  #running = false;
  #waiting: StatusEvent[] = [];
  #due: ReturnType<typeof setTimeout> | undefined;
  #tryAgain: (() => void) | undefined;

  join(port: Port): void {
    this.#watched.set(port, new Set());
    port.postMessage({ kind: "connection", state: this.#state });
    if (this.#running) return;
    this.#running = true;
    void this.#follow();
  }

  hear(port: Port, message: ToHub): void {
    if (message.kind === "leave") this.#watched.delete(port);
    if (message.kind === "watch") this.#watched.set(port, new Set(message.dispatchIds));
    if (message.kind === "token" && message.token !== this.#token) {
      this.#token = message.token;
      this.#tryAgain?.();
    }
  }

  async #follow(): Promise<never> {
    for (;;) {
      const state = await this.#listen().catch((): ConnectionState => "lost");
      this.#become(state);
      await new Promise<void>((resolve) => {
        this.#tryAgain = resolve;
        // Only another token can help where one was refused.
        if (state !== "unauthorized") setTimeout(resolve, RECONNECT_MS);
      });
    }
  }

  /** Resolves when the stream has ended, with what that means. */
  async #listen(): Promise<ConnectionState> {
    const after = this.#last === undefined ? "" : `?after=${this.#last}`;
    const headers: HeadersInit = this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` };
    const response = await fetch(`/api/v2/events${after}`, { headers, cache: "no-store" });
    if (response.status === 401) return "unauthorized";
    if (!response.ok || response.body === null) return "lost";
    for await (const { id, event, data } of readStream(response.body)) {
      const first = this.#last === undefined;
      if (id !== undefined) this.#last = id;
      if (event === "ready") this.#become("live");
      // What tabs read before the first event was asked for may be older than it.
      if (event === "reset" || (event === "ready" && first)) this.#tellAll({ kind: "reset" });
      if (event === "status") this.#collect(JSON.parse(data));
    }
    return "lost";
  }

  #collect(event: StatusEvent): void {
    this.#waiting.push(event);
    this.#due ??= setTimeout(() => this.#tell(), TELL_EVERY_MS);
  }

  #tell(): void {
    const events = this.#waiting;
    this.#waiting = [];
    this.#due = undefined;
    const moved = [...new Set(events.map((event) => event.dispatchId))];
    for (const [port, watched] of this.#watched) {
      const wanted = events.filter((event) => event.nodeId === undefined || watched.has(event.dispatchId));
      if (wanted.length > 0) port.postMessage({ kind: "events", events: wanted });
      port.postMessage({ kind: "moved", dispatchIds: moved });
    }
  }

  #become(state: ConnectionState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#tellAll({ kind: "connection", state });
  }

  #tellAll(message: FromHub): void {
    for (const port of this.#watched.keys()) port.postMessage(message);
  }
}
