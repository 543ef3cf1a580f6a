import type { Database } from "../../database/open.ts";
import { CovalentError } from "../../model/errors.ts";
import type { AssetStore } from "../../storage/asset-store.ts";
import type { DispatcherControl } from "../dispatcher-control.ts";
import { MissingAssets } from "./missing-assets.ts";
import { repeat } from "./redispatch.ts";

export interface TriggerLaunchOptions {
  readonly database: Database;
  readonly store: AssetStore;
  readonly dispatcher: DispatcherControl;
}

/** How a trigger starts dispatches: as a client would, that starts one the first time and runs it again after that. */
export function createTriggerLaunch({ database, store, dispatcher }: TriggerLaunchOptions) {
  // Nothing is remembered here: the manifest says what a dispatch needs.
  const missing = new MissingAssets(database, store, 0);
  return {
    /** @throws {CovalentError} `DISPATCH_NOT_FOUND`, `DISPATCH_OF_ORIGINAL` */
    async prepare(dispatchId: string, key: string): Promise<string> {
      const summary = await database.dispatches.summary(dispatchId);
      if (summary === undefined) throw new CovalentError("DISPATCH_NOT_FOUND", { dispatchId });
      if (summary.status === "NEW_OBJECT") return dispatchId;
      const repeated = await repeat(
        { of: dispatchId, reuse: false, idempotencyKey: key },
        database.dispatches,
      );
      return repeated.dispatchId;
    },
    /** @throws {CovalentError} `ASSETS_MISSING` */
    async start(dispatchId: string): Promise<void> {
      const summary = await database.dispatches.summary(dispatchId);
      if (summary?.status !== "NEW_OBJECT") return;
      await missing.checkComplete(dispatchId);
      await dispatcher.start(dispatchId);
    },
  };
}
