/**
 * The configuration: one frozen object of checked values, each of which knows where it came from.
 *
 * Defaults, then the file (`covalent.conf`, TOML, shared with the Python SDK), then environment variables, then flags: the later
 * wins. Loading reads at most that one file and writes nothing; only `covalent config set` ever writes it (write.ts). Keys that
 * are not in the schema are kept and reported. Configuration is read at the entry points and handed down.
 */

import { dirname, join } from "node:path";
import { CovalentError } from "../model/errors.ts";
import { type ConfigFile, readConfigFile } from "./file.ts";
import { type Environment, given, type Locations, locationsOf } from "./locations.ts";
import { type ConfigValues, type NamedSetting, SETTINGS, settingOf } from "./schema.ts";
import { absolute, path, paths } from "./setting.ts";
import { lineOf, valueAt } from "./toml-text.ts";

export type { ConfigValues } from "./schema.ts";

/** Where a value came from. */
export type Origin =
  | { readonly from: "default" }
  | { readonly from: "file"; readonly name: string }
  | { readonly from: "env"; readonly name: string }
  | { readonly from: "flag"; readonly name: string };

export interface Config {
  readonly values: ConfigValues;
  /** By key, e.g. `dispatcher.port`. */
  readonly origins: ReadonlyMap<string, Origin>;
  /** Keys of the file that are not in the schema. */
  readonly unknown: readonly UnknownKey[];
  /** The file's path, whether it exists or not. */
  readonly file: string;
}

export interface UnknownKey {
  readonly key: string;
  readonly value: unknown;
}

/** A value given on the command line. */
export interface Flag {
  /** As the user typed it: `--port`. */
  readonly name: string;
  readonly key: string;
  readonly value: string;
}

export interface ConfigSources {
  readonly env: Environment;
  readonly flags?: readonly Flag[];
  /** Another file than the environment's. */
  readonly file?: string;
}

/**
 * Loads the configuration.
 *
 * @throws {CovalentError} `CONFIG_INVALID` when the file is not TOML or a value is of the wrong type; the message names the file
 *   and line, the variable or the flag.
 * @example
 * const config = loadConfig({ env: process.env });
 * config.values.dispatcher.port; // 48008
 * describeOrigin(config.origins.get("dispatcher.port")); // "default"
 */
export function loadConfig({ env, flags = [], file }: ConfigSources): Config {
  const at = locationsOf(env);
  const source = readConfigFile(file ?? configFileOf(env));
  const flagByKey = new Map(flags.map((flag) => [flag.key, flag]));
  const origins = new Map<string, Origin>();
  const tree: Record<string, unknown> = {};
  for (const setting of SETTINGS) {
    const { value, origin } = findValue(setting, { env, at, source, flag: flagByKey.get(setting.key) });
    origins.set(setting.key, origin);
    put(tree, setting.key, value);
  }
  return Object.freeze({
    values: freeze(tree) as unknown as ConfigValues,
    origins,
    unknown: unknownKeys(source.tree),
    file: source.path,
  });
}

/** Where the configuration file is, whatever it holds and whether it exists or not. */
export function configFileOf(env: Environment): string {
  return given(env, "COVALENT_CONFIG_FILE") ?? join(locationsOf(env).config, "covalent.conf");
}

/** The variable that sets a key over the file, when there is one. */
export function variableOf(setting: NamedSetting, env: Environment): string | undefined {
  return readVariable(setting, env)?.name;
}

/** An origin for people: `default`, `file /home/ada/.config/covalent/covalent.conf`, `env COVALENT_SVC_PORT`, `flag --port`. */
export function describeOrigin(origin: Origin | undefined): string {
  return origin === undefined || origin.from === "default" ? "default" : `${origin.from} ${origin.name}`;
}

interface Found {
  readonly value: unknown;
  readonly origin: Origin;
}

interface Sources {
  readonly env: Environment;
  readonly at: Locations;
  readonly source: ConfigFile;
  readonly flag: Flag | undefined;
}

function findValue(setting: NamedSetting, sources: Sources): Found {
  const found = fromFlag(setting, sources) ?? fromEnvironment(setting, sources) ?? fromFile(setting, sources);
  if (found === undefined) return { value: initialOf(setting, sources.at), origin: { from: "default" } };
  const checked = setting.kind.schema.safeParse(found.value);
  if (!checked.success) throw invalid(setting, found, sources.source);
  return { value: resolved(setting, checked.data, startOf(found.origin, sources)), origin: found.origin };
}

/** Relative paths of the file start where the file is: wherever a command is run, they mean the same. */
function startOf({ from }: Origin, { at, source }: Sources): Locations {
  return from === "file" ? { ...at, cwd: dirname(source.path) } : at;
}

function fromFlag(setting: NamedSetting, { flag }: Sources): Found | undefined {
  if (flag === undefined) return undefined;
  return { value: setting.kind.fromText(flag.value), origin: { from: "flag", name: flag.name } };
}

function fromEnvironment(setting: NamedSetting, { env }: Sources): Found | undefined {
  const found = readVariable(setting, env);
  if (found === undefined) return undefined;
  return { value: setting.kind.fromText(found.text), origin: { from: "env", name: found.name } };
}

function readVariable(setting: NamedSetting, env: Environment): { name: string; text: string } | undefined {
  for (const entry of environmentNames(setting)) {
    const name = typeof entry === "string" ? entry : entry.name;
    const raw = given(env, name);
    const text = typeof entry === "string" || raw === undefined ? raw : entry.read(raw);
    if (text !== undefined) return { name, text };
  }
  return undefined;
}

function fromFile(setting: NamedSetting, { source }: Sources): Found | undefined {
  const value = valueAt(source.tree, setting.key.split("."));
  return value === undefined ? undefined : { value, origin: { from: "file", name: source.path } };
}

/** The original's variables, else one derived from the key: `executors.local.workers` is `COVALENT_EXECUTORS_LOCAL_WORKERS`. */
export function environmentNames(setting: NamedSetting): NonNullable<NamedSetting["env"]> {
  return setting.env ?? [`COVALENT_${setting.key.toUpperCase().replaceAll(".", "_")}`];
}

function initialOf(setting: NamedSetting, at: Locations): unknown {
  const initial = setting.initial;
  return resolved(setting, typeof initial === "function" ? initial(at) : initial, at);
}

function resolved(setting: NamedSetting, value: unknown, at: Locations): unknown {
  if (setting.kind === path) return absolute(value as string, at);
  if (setting.kind === paths) return (value as readonly string[]).map((one) => absolute(one, at));
  return value;
}

function invalid(setting: NamedSetting, { value, origin }: Found, source: ConfigFile): CovalentError {
  const shown = setting.secret ? "what is given" : (JSON.stringify(value) ?? String(value));
  const reason = `must be ${setting.kind.wanted}, not ${shown}`;
  if (origin.from === "flag") {
    return new CovalentError("USAGE", {
      reason: `${origin.name} ${reason}`,
      advice: `It sets ${setting.key}.`,
    });
  }
  const line = origin.from === "file" ? lineOf(source.text, setting.key.split(".")) : undefined;
  const where = line === undefined ? describeOrigin(origin) : `${source.path}, line ${line}`;
  const advice =
    origin.from === "file"
      ? `Correct it with \`covalent config set ${setting.key} VALUE\`.`
      : "Correct it there.";
  return new CovalentError("CONFIG_INVALID", { where, reason: `${setting.key} ${reason}`, advice });
}

function unknownKeys(tree: Readonly<Record<string, unknown>>, above = ""): UnknownKey[] {
  return Object.entries(tree).flatMap(([name, value]) => {
    const key = above + name;
    if (settingOf(key) !== undefined) return [];
    if (isTable(value)) return unknownKeys(value, `${key}.`);
    return [{ key, value }];
  });
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function put(tree: Record<string, unknown>, key: string, value: unknown): void {
  const trail = key.split(".");
  const last = trail.pop() ?? key;
  let table = tree;
  for (const part of trail) {
    table[part] ??= {};
    table = table[part] as Record<string, unknown>;
  }
  table[last] = value;
}

function freeze<T extends object>(tree: T): Readonly<T> {
  for (const inner of Object.values(tree)) if (typeof inner === "object" && inner !== null) freeze(inner);
  return Object.freeze(tree);
}
