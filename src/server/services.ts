import type { IncomingMessage, ServerResponse } from "node:http";
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { Database } from "../database/open.ts";
import type { Printing } from "../executors/executor.ts";
import type { Logger } from "../model/logger.ts";
import type { AssetStore } from "../storage/asset-store.ts";
import type { Bound } from "./access.ts";
import type { DispatcherControl } from "./dispatcher-control.ts";
import type { Changes } from "./growth/changes.ts";
import type { InputEditing } from "./input-editing.ts";
import type { ServerLimits } from "./limits.ts";
import type { Purging } from "./purging.ts";
import type { MissingAssets } from "./registration/missing-assets.ts";
import type { SettingsControl } from "./settings-control.ts";
import type { TriggerControl } from "./trigger-control.ts";

/** What the routes work with. */
export interface Services {
  readonly database: Database;
  readonly store: AssetStore;
  readonly dispatcher: DispatcherControl;
  /** `undefined` when this server observes none. */
  readonly triggers: TriggerControl | undefined;
  /** What attempts print while they run, by the name of their executor. */
  readonly printing: ReadonlyMap<string, Printing>;
  /** Told by every route that changes what events do not tell of. */
  readonly changes: Changes;
  readonly purging: Purging;
  readonly missing: MissingAssets;
  readonly version: string;
  readonly startedAt: Date;
  /** The server's own address, for clients that name none. */
  readonly url: () => string;
  readonly bound: Bound;
  readonly token: string | undefined;
  readonly limits: ServerLimits;
  /** Where the original kept the files of its dispatches. */
  readonly resultsDir: string | undefined;
  /** The directories from which manifests may have files fetched. */
  readonly pullRoots: readonly string[];
  readonly settings: SettingsControl;
  readonly inputEditing: InputEditing | undefined;
  /** The file that the server logs to, where it does. */
  readonly logFile: string | undefined;
  readonly logger: Logger;
}

/** A Fastify instance whose route schemas are zod's. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;
