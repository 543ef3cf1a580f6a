import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Locations } from "./locations.ts";
import {
  amount,
  choice,
  counts,
  type EnvName,
  flag,
  host,
  integer,
  type Kind,
  path,
  paths,
  type Setting,
  text,
  textFlag,
} from "./setting.ts";

/**
 * Every section and key of the configuration, with its kind, its default and the variables that set it: the original's, under
 * its own names and defaults, and ours. Nothing else in the program knows a default or the name of a variable.
 */

function key<V>(
  kind: Kind<V>,
  initial: V | ((at: Locations) => V),
  about: string,
  env?: readonly EnvName[],
): Setting<V> {
  return env === undefined ? { kind, initial, about } : { kind, initial, about, env };
}

const cacheDirectory = (at: Locations): string => at.cache;
const data = (name: string) => (at: Locations) => join(at.data, name);
const cache = (name: string) => (at: Locations) => join(at.cache, name);
const port = integer(0, 65_535);
const count = integer(1, 10_000);
const cores = (): number => availableParallelism();

const LOG_DIR = ["COVALENT_LOGDIR"];
const CACHE_DIR = ["COVALENT_CACHE_DIR"];
const whenTrue = (name: string, value: string): EnvName => ({
  name,
  read: (given) => (["1", "true", "t", "yes"].includes(given.toLowerCase()) ? value : undefined),
});

const sdk = {
  config_file: key(
    path,
    (at) => join(at.config, "covalent.conf"),
    "this file, as the Python SDK knows it",
    [],
  ),
  log_dir: key(path, cacheDirectory, "logs of clients", LOG_DIR),
  log_level: key(
    choice("debug", "info", "warning", "error", "critical"),
    "warning",
    "what clients log; the server logs `info` and above, and all of it when this is `debug`",
    ["LOGLEVEL"],
  ),
  enable_logging: key(textFlag, true, "whether clients write a log", ["COVALENT_LOG_TO_FILE"]),
  executor_dir: key(
    text,
    (at) => join(at.config, "executor_plugins"),
    "executor plugins of the Python SDK, separated by :",
    ["COVALENT_EXECUTOR_DIR"],
  ),
  no_cluster: key(textFlag, false, "the original's Dask cluster is off", [
    whenTrue("COVALENT_DISABLE_DASK", "true"),
  ]),
  exhaustive_postprocess: key(textFlag, false, "the original's; kept"),
  dispatch_cache_dir: key(path, cache("dispatches"), "manifests that clients keep", [
    "COVALENT_DISPATCH_CACHE_DIR",
  ]),
  task_packing: key(textFlag, false, "the original's; kept", ["COVALENT_ENABLE_TASK_PACKING"]),
  results_dir: key(path, cache("results"), "results that clients download", ["COVALENT_RESULTS_DIR"]),
};

const dispatcher = {
  address: key(text, "localhost", "the host that clients ask", ["COVALENT_DISPATCHER_ADDR"]),
  port: key(port, 48_008, "the port the server listens on and clients ask", ["COVALENT_SVC_PORT"]),
  host: key(host, "127.0.0.1", "the interface the server listens on; others than loopback need a token", [
    "COVALENT_DISPATCHER_HOST",
    whenTrue("COVALENT_SERVER_IFACE_ANY", "0.0.0.0"),
  ]),
  token: { ...key(text, "", "what clients must send when it is set", ["COVALENT_TOKEN"]), secret: true },
  cache_dir: key(path, cacheDirectory, "the running server's state, sockets and spools", CACHE_DIR),
  results_dir: key(path, data("data"), "the asset store: large values and bundles", ["COVALENT_DATA_DIR"]),
  log_dir: key(path, cacheDirectory, "holds covalent_ui.log", LOG_DIR),
  db_path: key(path, data("dispatcher_db.sqlite"), "the SQLite database", ["COVALENT_DATABASE"]),
  durability: key(
    choice("process", "power"),
    "process",
    "what survives: the end of the process, or a power cut as well (slower)",
  ),
  pull_roots: key(
    paths,
    (at) => [join(at.cache, "dispatches"), join(at.cache, "results")],
    "directories from which a client's manifest may have files fetched",
  ),
  triggers: key(flag, true, "whether the server observes triggers"),
  stop_grace: key(
    integer(0, 86_400),
    3,
    "seconds for which a server that is stopped waits for running tasks; longer ones go on, and the next server takes them up",
  ),
  heartbeat_interval: key(integer(1, 86_400), 5, "seconds; the original's; kept", [
    "COVALENT_HEARTBEAT_INTERVAL",
  ]),
  heartbeat_file: key(path, cache("heartbeat"), "the original's; kept", ["COVALENT_HEARTBEAT_FILE"]),
  use_async_dispatcher: key(textFlag, true, "the original's; kept", ["COVALENT_USE_ASYNC_DISPATCHER"]),
  asset_cache_size: key(integer(0, 1_000_000), 32, "the original's; kept", ["COVALENT_ASSET_CACHE_SIZE"]),
};

/** The original's Dask cluster: read and kept, so that going back stays possible; nothing of ours uses it. */
const dask = {
  cache_dir: key(path, cacheDirectory, "the original's; kept", CACHE_DIR),
  log_dir: key(path, cacheDirectory, "the original's; kept", LOG_DIR),
  mem_per_worker: key(amount, "auto", "the original's; kept", ["COVALENT_MEM_PER_WORKER"]),
  threads_per_worker: key(amount, 1, "the original's; kept", ["COVALENT_THREADS_PER_WORKER"]),
  num_workers: key(amount, cores, "the original's; kept", ["COVALENT_NUM_WORKERS"]),
};

const database = {
  url: {
    ...key(text, "", "another database than dispatcher.db_path, as a URL", ["COVALENT_DATABASE_URL"]),
    secret: true,
  },
  backups_kept: key(
    integer(1, 10_000),
    10,
    "how many backups of the SQLite database are kept in `backups/` beside it",
  ),
};

const workflow_data = {
  storage_type: key(text, "local", "the original's; kept"),
  base_dir: key(path, data("workflow_data"), "the original's; kept", ["COVALENT_DATA_DIR"]),
};

const user_interface = {
  address: key(text, "localhost", "the host of the web UI"),
  port: key(port, 48_008, "the port of the web UI, which is the server's", ["COVALENT_SVC_PORT"]),
  dev_port: key(port, 49_009, "the port of the UI's development server"),
  log_dir: key(path, cacheDirectory, "the original's; kept", LOG_DIR),
};

const executorFiles = {
  log_stdout: key(text, "stdout.log", "the original's; kept"),
  log_stderr: key(text, "stderr.log", "the original's; kept"),
  cache_dir: key(path, cacheDirectory, "the original's; kept"),
  workdir: key(path, cache("workdir"), "where tasks of the Python SDK run"),
  create_unique_workdir: key(flag, false, "a directory of its own for each task of the Python SDK"),
};

const executors = {
  local: {
    ...executorFiles,
    workers: key(count, cores, "how many tasks run at once on this machine"),
    python: key(text, "python3", "the interpreter for tasks written in Python, leptons included"),
  },
  dask: executorFiles,
  remote_executor: {
    poll_freq: key(integer(1, 86_400), 15, "seconds; the original's; kept"),
    remote_cache: key(text, ".cache/covalent", "the original's; kept"),
    credentials_file: key(text, "", "the original's; kept"),
    covalent_version: key(text, "", "the original's; kept"),
  },
};

/** A limit makes work wait; it fails nothing. */
const limits = {
  tags: key(
    counts,
    {},
    "how many attempts of electrons with a tag run at once; a tag that is not named has no limit",
  ),
  executors: key(counts, {}, "how many attempts run at once on an executor, fewer than it has room for"),
  sublattices: key(
    integer(0, 1_000_000),
    0,
    "how many sublattices run at once, at each depth of those within one another; 0: no limit",
  ),
};

export const SCHEMA = { sdk, dispatcher, dask, database, workflow_data, user_interface, executors, limits };

/** Values in the shape of a tree of settings. */
type ValuesOf<T> = { readonly [K in keyof T]: T[K] extends Setting<infer V> ? V : ValuesOf<T[K]> };

/** The configuration's values: `values.dispatcher.port`, `values.executors.local.workers`. */
export type ConfigValues = ValuesOf<typeof SCHEMA>;

/** A setting with the key it has in the file, e.g. `dispatcher.port`. */
export interface NamedSetting extends Setting<unknown> {
  readonly key: string;
}

/** Every setting, in the schema's order. */
export const SETTINGS: readonly NamedSetting[] = flatten(SCHEMA, []);

const BY_KEY: ReadonlyMap<string, NamedSetting> = new Map(SETTINGS.map((setting) => [setting.key, setting]));

/** The setting of a key such as `dispatcher.port`. */
export function settingOf(name: string): NamedSetting | undefined {
  return BY_KEY.get(name);
}

function flatten(tree: object, above: readonly string[]): NamedSetting[] {
  return Object.entries(tree).flatMap(([name, inner]) => {
    const trail = [...above, name];
    return "kind" in inner ? [{ ...inner, key: trail.join(".") }] : flatten(inner, trail);
  });
}
