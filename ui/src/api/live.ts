/**
 * Keeps what the UI shows current: events of the shared stream are handed to those who draw nodes, and make what was read of a
 * dispatch be read again, at most once a second. Nothing is asked for while nothing happens.
 */
import type { QueryClient } from "@tanstack/react-query";
import type { StatusEvent } from "../../../src/model/event.ts";
import { connectEvents, type EventConnection } from "./events/connect.ts";
import type { Changing, ConnectionState, FromHub, Growing, Grown } from "./events/messages.ts";

/** Between two readings of the same thing. */
const AGAIN_MS = 1_000;

type Key = readonly string[];
/** What has to be read again when a status has changed, beside the dispatch whose status it is. */
const MOVED: readonly Key[] = [["dispatches"], ["server"]];
/** What has to be read again when something of it has changed otherwise. */
const SHOWN: Readonly<Record<Changing, readonly Key[]>> = {
  dispatches: [...MOVED, ["dispatch"], ["trash"]],
  triggers: [["dispatches", "triggers"]],
  settings: [["settings"]],
};

type NodeListener = (events: readonly StatusEvent[]) => void;
type GrowthListener = (grown: Grown) => void;

export class Live {
  readonly #queries: QueryClient;
  readonly #connection: EventConnection;
  readonly #nodeListeners = new Map<string, Set<NodeListener>>();
  readonly #growthListeners = new Map<Growing, Set<GrowthListener>>();
  readonly #stateListeners = new Set<() => void>();
  #isSaid = true;
  /** The keys of what has to be read again, as JSON. */
  readonly #stale = new Set<string>();
  #state: ConnectionState = "connecting";
  #due: ReturnType<typeof setTimeout> | undefined;
  #refreshedAt = 0;

  constructor(queries: QueryClient) {
    this.#queries = queries;
    this.#connection = connectEvents((message) => this.#told(message));
  }

  readonly state = (): ConnectionState => this.#state;

  readonly onState = (listener: () => void): (() => void) => {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  };

  /** Tells of the events of a dispatch and its nodes, in order. Gives the way to stop. */
  watch(dispatchId: string, listener: NodeListener): () => void {
    return this.#listen(this.#nodeListeners, dispatchId, listener);
  }

  /** Tells how large something is: now, and whenever it has grown. Gives the way to stop. */
  follow(growing: Growing, listener: GrowthListener): () => void {
    return this.#listen(this.#growthListeners, growing, listener);
  }

  #listen<Key, Listener>(all: Map<Key, Set<Listener>>, key: Key, listener: Listener): () => void {
    const listeners = all.get(key) ?? new Set();
    all.set(key, listeners.add(listener));
    this.#sayWatched();
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && all.get(key) === listeners) all.delete(key);
      this.#sayWatched();
    };
  }

  /** Once for all that changes when one thing is shown in the place of another. */
  #sayWatched(): void {
    if (!this.#isSaid) return;
    this.#isSaid = false;
    queueMicrotask(() => {
      this.#isSaid = true;
      this.#connection.watch({
        dispatchIds: [...this.#nodeListeners.keys()],
        growing: [...this.#growthListeners.keys()],
      });
    });
  }

  #told(message: FromHub): void {
    if (message.kind === "connection") {
      const isBack = message.state === "live" && this.#state === "lost";
      this.#state = message.state;
      for (const listener of this.#stateListeners) listener();
      // What could not be read while the server was away.
      if (isBack) void this.#queries.invalidateQueries();
    }
    if (message.kind === "reset") void this.#queries.invalidateQueries();
    if (message.kind === "changed") this.#outdate(message.what.flatMap((one) => SHOWN[one]));
    if (message.kind === "moved")
      this.#outdate([...MOVED, ...message.dispatchIds.map((id) => ["dispatch", id])]);
    if (message.kind === "events") this.#pass(message.events);
    if (message.kind === "grown")
      for (const listener of this.#growthListeners.get(message.grown.growing) ?? []) listener(message.grown);
  }

  #pass(events: readonly StatusEvent[]): void {
    for (const [dispatchId, listeners] of this.#nodeListeners) {
      const own = events.filter((event) => event.dispatchId === dispatchId);
      if (own.length > 0) for (const listener of listeners) listener(own);
    }
  }

  #outdate(keys: readonly Key[]): void {
    for (const key of keys) this.#stale.add(JSON.stringify(key));
    const wait = Math.max(0, this.#refreshedAt + AGAIN_MS - Date.now());
    this.#due ??= setTimeout(() => this.#refresh(), wait);
  }

  #refresh(): void {
    const keys = [...this.#stale];
    this.#stale.clear();
    this.#due = undefined;
    this.#refreshedAt = Date.now();
    for (const key of keys) void this.#queries.invalidateQueries({ queryKey: JSON.parse(key) });
  }
}
