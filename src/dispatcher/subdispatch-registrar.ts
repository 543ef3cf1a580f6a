import type { RegisteredGraph } from "../model/change.ts";
import type { NewSubDispatch } from "../model/sub-dispatch.ts";

/** What the dispatcher asks of whoever can register a manifest. */
export interface SubDispatchRegistrar {
  /**
   * Registers the dispatch that a sublattice node becomes, with all that it needs, so that it can be started. One that is there
   * is left as it is: after a crash an attempt tells its outcome once more.
   *
   * @returns its graph, for who starts it; `undefined` when it is large or was there
   * @throws {CovalentError} `INVALID_MANIFEST`, `GRAPH_CYCLE`, `ASSET_CORRUPT`, `REQUEST_TOO_LARGE` for what will never be a dispatch;
   *   `STORAGE_FULL`
   */
  register(dispatch: NewSubDispatch): Promise<RegisteredGraph | undefined>;
}
