import type { CacheRecord } from "../model/change.ts";
import type { Transport } from "./transport.ts";

/** The results that later dispatches may take over, as the server's routes give them. */
export interface CacheClient {
  /** Newest first. */
  list(query?: {
    readonly name?: string;
    readonly offset?: number;
    readonly count?: number;
  }): Promise<CacheAnswer>;
  /** Why a node's result was taken from the cache, or why not. */
  explain(dispatchId: string, nodeId: number): Promise<CacheExplanationAnswer>;
  /** Forgets the results of an electron, or all. */
  clear(name?: string): Promise<{ readonly forgotten: number }>;
}

export interface CacheAnswer {
  readonly entries: readonly CacheEntryAnswer[];
  readonly metadata: { readonly count: number; readonly total: number };
}

/** Times are ISO 8601 in UTC. */
export interface CacheEntryAnswer {
  readonly key: string;
  readonly name: string;
  readonly code_digest: string;
  readonly inputs_digest: string;
  readonly version: string;
  readonly dispatch_id: string;
  readonly node_id: number;
  readonly size: number;
  readonly created_at: string;
  readonly expires_at: string | null;
}

export interface CacheExplanationAnswer {
  readonly name: string;
  readonly outcome: "hit" | "miss" | "not asked for" | "not looked for";
  readonly because: string;
  readonly code_reason: string | null;
  readonly record: CacheRecord | null;
  readonly nearest: CacheEntryAnswer | null;
}

export function cacheClient(transport: Transport): CacheClient {
  const path = (query: Readonly<Record<string, string | number | undefined>>) => {
    const given = Object.entries(query).flatMap(([key, value]): [string, string][] =>
      value === undefined ? [] : [[key, String(value)]],
    );
    return `/api/v2/cache?${new URLSearchParams(given)}`;
  };
  return {
    list: (query = {}) => transport.json<CacheAnswer>({ method: "GET", path: path({ ...query }) }),
    explain: (dispatchId, nodeId) =>
      transport.json<CacheExplanationAnswer>({
        method: "GET",
        path: `/api/v2/dispatches/${encodeURIComponent(dispatchId)}/nodes/${nodeId}/cache`,
      }),
    clear: (name) =>
      transport.json<{ readonly forgotten: number }>({ method: "DELETE", path: path({ name }) }),
  };
}
