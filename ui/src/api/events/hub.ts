import type { StatusEvent } from "../../../../src/model/event.ts";
import type {
  ChangeCounts,
  Changing,
  ConnectionState,
  FromHub,
  Growing,
  Grown,
  ToHub,
  Watched,
} from "./messages.ts";
import { readStream, type StreamMessage } from "./read-stream.ts";

/** A tab, as the hub sees it: a `MessagePort`, or the dedicated worker's own scope where browsers share none. */
export interface Port {
  postMessage(message: FromHub): void;
}

type Wanted = Omit<Watched, "kind">;
const CHANGING: readonly Changing[] = ["dispatches", "triggers", "settings"];
const NOTHING: Wanted = { dispatchIds: [], growing: [] };

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
  readonly #watched = new Map<Port, Wanted>();
  /** The last that was told of each of them, for tabs that come later. */
  readonly #grown = new Map<Growing, Grown>();
  /** As they were when tabs were told last. */
  #counts: ChangeCounts | undefined;
  #stream = new AbortController();
  #state: ConnectionState = "connecting";
  #token: string | undefined;
  #last: string | undefined;
  #running = false;
  #waiting: StatusEvent[] = [];
  #due: ReturnType<typeof setTimeout> | undefined;
  #tryAgain: (() => void) | undefined;

  join(port: Port): void {
    this.#watched.set(port, NOTHING);
    port.postMessage({ kind: "connection", state: this.#state });
    if (this.#running) return;
    this.#running = true;
    void this.#follow();
  }

  hear(port: Port, message: ToHub): void {
    if (message.kind === "leave") this.#watch(port, undefined);
    if (message.kind === "watch") this.#watch(port, message);
    if (message.kind === "token" && message.token !== this.#token) {
      this.#token = message.token;
      this.#tryAgain?.();
    }
  }

  #watch(port: Port, wanted: Wanted | undefined): void {
    const before = this.#growing().join("&");
    const known = this.#watched.get(port)?.growing ?? [];
    if (wanted === undefined) this.#watched.delete(port);
    else this.#watched.set(port, wanted);
    for (const growing of wanted?.growing ?? []) {
      const grown = known.includes(growing) ? undefined : this.#grown.get(growing);
      if (grown !== undefined) port.postMessage({ kind: "grown", grown });
    }
    // What is asked for stands in the address of the stream, which goes on behind the last event.
    if (this.#growing().join("&") !== before) this.#stream.abort();
  }

  #growing(): readonly Growing[] {
    return [...new Set([...this.#watched.values()].flatMap(({ growing }) => growing))].sort();
  }

  async #follow(): Promise<never> {
    for (;;) {
      this.#stream = new AbortController();
      const { signal } = this.#stream;
      const state = await this.#listen(signal).catch((): ConnectionState => "lost");
      if (signal.aborted) continue;
      this.#become(state);
      await new Promise<void>((resolve) => {
        this.#tryAgain = resolve;
        // Only another token can help where one was refused.
        if (state !== "unauthorized") setTimeout(resolve, RECONNECT_MS);
      });
    }
  }

  /** Resolves when the stream has ended, with what that means. */
  async #listen(signal: AbortSignal): Promise<ConnectionState> {
    const growing = this.#growing();
    for (const known of this.#grown.keys()) if (!growing.includes(known)) this.#grown.delete(known);
    const after = this.#last === undefined ? [] : [`after=${this.#last}`];
    const query = [...after, "changes=true", ...growing].join("&");
    const headers: HeadersInit = this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` };
    const response = await fetch(`/api/v2/events?${query}`, { headers, cache: "no-store", signal });
    if (response.status === 401) return "unauthorized";
    if (!response.ok || response.body === null) return "lost";
    for await (const message of readStream(response.body)) {
      const { id, event, data } = message;
      const first = this.#last === undefined;
      if (id !== undefined) this.#last = id;
      if (event === "ready") this.#become("live");
      // What tabs read before the first event was asked for may be older than it.
      if (event === "reset" || (event === "ready" && first)) this.#tellAll({ kind: "reset" });
      if (event === "status") this.#collect(JSON.parse(data));
      if (event === "changes") this.#tellChanged(JSON.parse(data));
      if (event === "printed" || event === "log") this.#tellGrown(grownOf(message));
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
      const { dispatchIds } = watched;
      const wanted = events.filter(
        ({ nodeId, dispatchId }) => nodeId === undefined || dispatchIds.includes(dispatchId),
      );
      if (wanted.length > 0) port.postMessage({ kind: "events", events: wanted });
      port.postMessage({ kind: "moved", dispatchIds: moved });
    }
  }

  #tellGrown(grown: Grown): void {
    this.#grown.set(grown.growing, grown);
    for (const [port, { growing }] of this.#watched)
      if (growing.includes(grown.growing)) port.postMessage({ kind: "grown", grown });
  }

  /** What is other than when tabs were told last: since then the stream may have been away. */
  #tellChanged(counts: ChangeCounts): void {
    const before = this.#counts;
    this.#counts = counts;
    if (before === undefined) return;
    const isOther = (what: Changing) => before.server !== counts.server || before[what] !== counts[what];
    const what = CHANGING.filter(isOther);
    if (what.length > 0) this.#tellAll({ kind: "changed", what });
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

function grownOf({ event, data }: StreamMessage): Grown {
  if (event === "log") return { growing: "log=true", ...JSON.parse(data) };
  const { dispatch_id, node_id, ...sizes } = JSON.parse(data);
  return { growing: `printed=${dispatch_id}:${node_id}`, ...sizes };
}
