import fastifySwagger from "@fastify/swagger";
import Fastify from "fastify";
import { validatorCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import type { Database } from "../database/open.ts";
import type { Printing } from "../executors/executor.ts";
import { CovalentError } from "../model/errors.ts";
import type { Logger } from "../model/logger.ts";
import type { AssetStore } from "../storage/asset-store.ts";
import { accessCheck, type Bound, isLoopback } from "./access.ts";
import { AnnouncedDigests } from "./announced-digests.ts";
import type { DispatcherControl } from "./dispatcher-control.ts";
import { errorReply } from "./error-reply.ts";
import { Changes } from "./growth/changes.ts";
import type { InputEditing } from "./input-editing.ts";
import { DEFAULT_LIMITS, type ServerLimits } from "./limits.ts";
import { openapiOptions } from "./openapi.ts";
import { Purging } from "./purging.ts";
import { discardLeftovers } from "./raw-body.ts";
import { MissingAssets } from "./registration/missing-assets.ts";
import { ancestorRoutes } from "./routes/ancestors.ts";
import { archiveRoutes } from "./routes/archives.ts";
import { assetBatchRoutes } from "./routes/asset-batches.ts";
import { assetRoutes } from "./routes/assets.ts";
import { cacheRoutes } from "./routes/cache.ts";
import { comparisonRoutes } from "./routes/comparison.ts";
import { databaseRoutes } from "./routes/database.ts";
import { deletionRoutes } from "./routes/deletion.ts";
import { dispatchRoutes } from "./routes/dispatches.ts";
import { editedInputRoutes } from "./routes/edited-inputs.ts";
import { eventRoutes } from "./routes/events.ts";
import { fileRoutes } from "./routes/files.ts";
import { graphRoutes } from "./routes/graph.ts";
import { healthRoutes } from "./routes/health.ts";
import { jobNoticeRoutes } from "./routes/job-notices.ts";
import { namedAssetRoutes } from "./routes/named-assets.ts";
import { nodeRoutes } from "./routes/nodes.ts";
import { previewRoutes } from "./routes/previews.ts";
import { printedRoutes } from "./routes/printed.ts";
import { redispatchRoutes } from "./routes/redispatch.ts";
import { registrationRoutes } from "./routes/registration.ts";
import { serverLogRoutes } from "./routes/server-log.ts";
import { settingRoutes } from "./routes/settings.ts";
import { subDispatchLinkRoutes } from "./routes/sub-dispatch-links.ts";
import { summaryRoute } from "./routes/summary.ts";
import { trashRoutes } from "./routes/trash.ts";
import { triggerRoutes } from "./routes/triggers.ts";
import { webUiRoutes } from "./routes/web-ui.ts";
import type { App, Services } from "./services.ts";
import type { SettingsControl } from "./settings-control.ts";
import type { TriggerControl } from "./trigger-control.ts";
import { acceptUntypedJson } from "./untyped-json.ts";
import { originalUiRoutes } from "./v1/index.ts";

export interface ServerOptions {
  readonly database: Database;
  readonly store: AssetStore;
  readonly dispatcher: DispatcherControl;
  /** Who observes triggers; absent when nobody does. */
  readonly triggers?: TriggerControl;
  /** What attempts print while they run, by the name of their executor; without it that is known at their end only. */
  readonly printing?: ReadonlyMap<string, Printing>;
  /** What else changes beside statuses; whoever observes triggers tells it of theirs. */
  readonly changes?: Changes;
  readonly version: string;
  /** The address by which clients of this machine reach the server, known once it listens. */
  readonly url: () => string;
  readonly bound: Bound;
  /** What every request has to bring when it is set. Needed when `bound` is not loopback. */
  readonly token?: string;
  readonly logger: Logger;
  readonly limits?: Partial<ServerLimits>;
  /** The configuration, to be shown and changed; without it there is none. */
  readonly settings?: SettingsControl;
  /** Who reads inputs and runs dispatches again with others; nobody does without it. */
  readonly inputEditing?: InputEditing;
  /** The file that the server logs to. */
  readonly logFile?: string;
  /** Where the original kept the files of its dispatches, for those that are not where their database says. */
  readonly resultsDir?: string;
  /** The directories from which manifests may have files fetched, when only programs of this machine can connect. */
  readonly pullRoots?: readonly string[];
}

/**
 * The HTTP server, complete but for `listen`.
 *
 * It promises: no request before the access check; whatever a client sends is answered by a 4xx with a message, never a stack
 * trace; large bodies and answers stream through it; closing ends the event streams, lets requests in flight finish and then
 * closes every connection. It decides nothing about dispatches: that is the dispatcher's.
 *
 * @throws {CovalentError} `INVALID_ARGUMENT` when it is bound beyond this machine and there is no token.
 */
export function buildServer(options: ServerOptions): App {
  const check = accessCheck(options.bound, options.token);
  const reply = errorReply(options.logger);
  const app = Fastify({
    // Idle connections are closed at once; those with a request in flight when it has been answered.
    forceCloseConnections: "idle",
    return503OnClosing: false,
    connectionTimeout: 120_000,
    routerOptions: { maxParamLength: 512 },
    frameworkErrors: (error, request, response) => {
      void reply(error, request, response);
    },
  }).withTypeProvider<ZodTypeProvider>();

  let closing = false;
  app.addHook("preClose", () => {
    closing = true;
  });
  app.addHook("onRequest", async (request) => {
    check(request.headers, request.routeOptions.url ?? request.url);
    if (closing) throw new CovalentError("SERVER_STOPPING");
  });
  discardLeftovers(app);
  app.setValidatorCompiler(validatorCompiler);
  // Answers are made by our own typed code; their schemas are for the types and the documentation.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  app.setErrorHandler(reply);
  app.setNotFoundHandler((request) => {
    throw new CovalentError("ROUTE_NOT_FOUND", { method: request.method, url: request.url });
  });
  const services = servicesFrom(options);
  app.addHook("onClose", () => services.purging.close());
  addRoutes(app, services);
  return app;
}

const NO_SETTINGS: SettingsControl = {
  sections: () => ({}),
  list: () => [],
  async set(key) {
    throw new CovalentError("CONFIG_UNKNOWN_KEY", { key });
  },
};

function servicesFrom(options: ServerOptions): Services {
  const { database, store, token } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  return {
    ...options,
    token,
    triggers: options.triggers,
    printing: options.printing ?? new Map(),
    changes: options.changes ?? new Changes(),
    resultsDir: options.resultsDir,
    pullRoots: isLoopback(options.bound.host) ? (options.pullRoots ?? []) : [],
    settings: options.settings ?? NO_SETTINGS,
    logFile: options.logFile,
    inputEditing: options.inputEditing,
    limits,
    purging: new Purging({ database, store, logger: options.logger }),
    missing: new MissingAssets(database, store, limits.awaitedDigests),
    startedAt: new Date(),
  };
}

function addRoutes(app: App, services: Services): void {
  const announced = new AnnouncedDigests();
  void app.register(fastifySwagger, openapiOptions(services.version));
  void app.register(async (scope) => {
    acceptUntypedJson(scope);
    healthRoutes(scope, services);
    dispatchRoutes(scope, services);
    summaryRoute(scope, services);
    nodeRoutes(scope, services);
    printedRoutes(scope, services);
    ancestorRoutes(scope, services);
    serverLogRoutes(scope, services);
    settingRoutes(scope, services);
    graphRoutes(scope, services);
    comparisonRoutes(scope, services);
    deletionRoutes(scope, services);
    databaseRoutes(scope, services);
    subDispatchLinkRoutes(scope, services);
    jobNoticeRoutes(scope, services);
    editedInputRoutes(scope, services);
    eventRoutes(scope, services);
    cacheRoutes(scope, services);
    assetBatchRoutes(scope, services);
    trashRoutes(scope, services);
    triggerRoutes(scope, services);
    originalUiRoutes(scope, services);
    webUiRoutes(scope);
    scope.get("/openapi.json", { schema: { hide: true } }, () => app.swagger());
  });
  // Scopes of their own: these read their bodies themselves.
  void app.register((scope) => registrationRoutes(scope, services));
  void app.register((scope) => redispatchRoutes(scope, services));
  void app.register((scope) => previewRoutes(scope, services));
  void app.register((scope) => assetRoutes(scope, services));
  void app.register((scope) => archiveRoutes(scope, services));
  void app.register((scope) => fileRoutes(scope, services, announced));
  void app.register((scope) => namedAssetRoutes(scope, services, announced));
}
