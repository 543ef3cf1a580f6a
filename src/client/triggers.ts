import type { Transport } from "./transport.ts";

/** The triggers of a server, as its routes give them. */
export interface TriggerClient {
  /** Newest first; those that were stopped only with `all`. */
  list(query?: {
    readonly dispatchId?: string;
    readonly all?: boolean;
    readonly count?: number;
  }): Promise<TriggersAnswer>;
  /** Has a trigger of a dispatch observed. One that is the same is observed once. @throws {CovalentError} `TRIGGER_UNOBSERVABLE` */
  register(dispatchId: string, definition: object): Promise<TriggerAnswer>;
  /** Starts what it starts, now. @throws {CovalentError} `TRIGGER_NOT_FOUND` */
  fire(id: string): Promise<{ readonly dispatch_id: string }>;
  /** Observes one no more for a while, or again. @throws {CovalentError} `TRIGGER_NOT_FOUND` */
  setPaused(id: string, paused: boolean): Promise<TriggerAnswer>;
  /** Ends one. @throws {CovalentError} `TRIGGER_NOT_FOUND` */
  stop(id: string): Promise<StoppedAnswer>;
  /** Ends all of these dispatches. @throws {CovalentError} `DISPATCH_NOT_FOUND` */
  stopOf(dispatchIds: readonly string[]): Promise<StoppedAnswer>;
}

export interface TriggersAnswer {
  readonly triggers: readonly TriggerAnswer[];
  readonly metadata: { readonly count: number; readonly total: number };
}

/** Times are ISO 8601 in UTC. */
export interface TriggerAnswer {
  readonly id: string;
  readonly dispatch_id: string;
  /** What it starts; `null` when that dispatch is gone. */
  readonly lattice_name: string | null;
  readonly definition: { readonly name: string; readonly [field: string]: unknown };
  readonly created_at: string;
  readonly stopped_at: string | null;
  readonly paused_at: string | null;
  readonly due_at: string | null;
  readonly events: number;
  readonly fired: number;
  readonly fired_at: string | null;
  readonly last_dispatch_id: string | null;
  readonly problem: string | null;
}

/** The ids of those that were observed until then. */
export interface StoppedAnswer {
  readonly stopped: readonly string[];
}

export function triggerClient(transport: Transport): TriggerClient {
  const post = <T>(path: string, body: unknown) =>
    transport.json<T>({
      method: "POST",
      path,
      body: JSON.stringify(body),
      headers: { "content-type": "application/json" },
    });
  return {
    list({ dispatchId, all = false, count = 100 } = {}) {
      const query = new URLSearchParams({ observed: String(!all), count: String(count) });
      if (dispatchId !== undefined) query.set("dispatch_id", dispatchId);
      return transport.json({ method: "GET", path: `/api/v2/triggers?${query}` });
    },
    register: (dispatchId, definition) =>
      post("/api/triggers/register", { ...definition, lattice_dispatch_id: dispatchId }),
    fire: (id) => transport.json({ method: "POST", path: `/api/v2/triggers/${encodeURIComponent(id)}/fire` }),
    setPaused: (id, paused) =>
      transport.json({
        method: "PUT",
        path: `/api/v2/triggers/${encodeURIComponent(id)}/paused`,
        body: JSON.stringify({ paused }),
        headers: { "content-type": "application/json" },
      }),
    stop: (id) => transport.json({ method: "DELETE", path: `/api/v2/triggers/${encodeURIComponent(id)}` }),
    stopOf: (dispatchIds) => post("/api/triggers/stop_observe", dispatchIds),
  };
}
