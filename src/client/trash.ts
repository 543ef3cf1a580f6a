import type { Status } from "../model/status.ts";
import type { Transport } from "./transport.ts";

/** Dispatches that were deleted. */
export interface TrashClient {
  /** Latest deleted first, at most 1,000. */
  list(page?: { readonly offset?: number; readonly count?: number }): Promise<TrashAnswer>;
  /** Hides a dispatch that has ended, or brings it back. @throws {CovalentError} `INVALID_ARGUMENT` for one that is under way */
  setDeleted(dispatchId: string, deleted: boolean): Promise<void>;
  /** Removes deleted dispatches for good, all when none are named. @throws {CovalentError} `PURGE_NOT_DELETED` */
  purge(dispatchIds?: readonly string[]): Promise<PurgeAnswer>;
}

export interface TrashAnswer {
  readonly dispatches: readonly {
    readonly dispatch_id: string;
    readonly name: string;
    readonly status: Status;
    readonly electron_num: number;
    readonly deleted_at: string;
  }[];
  readonly metadata: { readonly count: number; readonly total: number };
}

export interface PurgeAnswer {
  readonly dispatches: number;
  readonly assets: number;
  readonly files: number;
  readonly freed_bytes: number;
  /** Files that were used a moment ago: they go in a while. */
  readonly postponed: number;
}

export function trashClient(transport: Transport): TrashClient {
  const headers = { "content-type": "application/json" };
  return {
    list: ({ offset = 0, count = 100 } = {}) =>
      transport.json<TrashAnswer>({ method: "GET", path: `/api/v2/trash?offset=${offset}&count=${count}` }),
    setDeleted: async (dispatchId, deleted) => {
      const path = `/api/v2/dispatches/${encodeURIComponent(dispatchId)}/deleted`;
      await transport.bytes({ method: "PUT", path, headers, body: JSON.stringify({ deleted }) });
    },
    purge: (dispatchIds) => {
      const body = JSON.stringify(dispatchIds === undefined ? {} : { dispatch_ids: dispatchIds });
      return transport.json<PurgeAnswer>({ method: "POST", path: "/api/v2/trash/purge", headers, body });
    },
  };
}
