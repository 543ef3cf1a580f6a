import { type Config, configFileOf, describeOrigin, variableOf } from "../../config/config.ts";
import { type NamedSetting, SETTINGS, settingOf } from "../../config/schema.ts";
import { setConfigValue } from "../../config/write.ts";
import { runningServer } from "../../discovery/state-file.ts";
import { CovalentError } from "../../model/errors.ts";
import { type CommandContext, configOf } from "../command-context.ts";
import { shortened, table } from "../output/table.ts";
import type { Terminal } from "../output/terminal.ts";

/** `covalent config` */
export async function showConfig(context: CommandContext): Promise<undefined> {
  const config = await configOf(context);
  const { terminal } = context;
  const unknown = config.unknown.map(({ key, value }) => ({ key, value, origin: `file ${config.file}` }));
  terminal.data({ file: config.file, values: SETTINGS.map((setting) => entryOf(config, setting)), unknown });
  const rows = SETTINGS.map((setting) => {
    const { key, value, origin } = entryOf(config, setting);
    return [key, shortened(shown(value), 60), origin === "default" ? terminal.colors.dim(origin) : origin];
  });
  const strangers = unknown.map(({ key, value, origin }) => [
    key,
    shortened(shown(value), 60),
    `${origin} (unknown here, kept)`,
  ]);
  terminal.print(
    table(
      [{ title: "KEY" }, { title: "VALUE" }, { title: "FROM" }],
      [...rows, ...strangers],
      terminal.lineLimit,
    ),
  );
}

/** `covalent config get KEY` */
export async function getKey(context: CommandContext, key: string): Promise<undefined> {
  const setting = settingOf(key);
  if (setting === undefined) throw new CovalentError("CONFIG_UNKNOWN_KEY", { key });
  const entry = entryOf(await configOf(context), setting);
  context.terminal.data(entry);
  context.terminal.print(shown(entry.value));
}

/**
 * `covalent config set KEY VALUE`. It reads no more of the file than it has to, so that it mends one that no other command can
 * read; what is still wrong then is a note.
 */
export async function setKey(context: CommandContext, key: string, value: string): Promise<undefined> {
  const { terminal, env } = context;
  const setting = settingOf(key);
  if (setting === undefined) throw new CovalentError("CONFIG_UNKNOWN_KEY", { key });
  const file = configFileOf(env);
  const written = await setConfigValue(file, key, value);
  const hidden = setting.secret === true && written !== "" ? "(not shown)" : written;
  const variable = variableOf(setting, env);
  const config = await configOf(context).catch((error: unknown) => wrong(error, terminal));
  const now =
    config === undefined ? { key, value: hidden, origin: `file ${file}` } : entryOf(config, setting);
  terminal.data({ ...now, about: setting.about, file });
  terminal.print(`${key} = ${shown(hidden)} in ${file}`);
  if (variable !== undefined) terminal.note(`note: env ${variable} still wins over the file`);
  if (config !== undefined && runningServer(config) !== undefined)
    terminal.note("note: the running server keeps its settings until `covalent restart`");
}

function wrong(error: unknown, terminal: Terminal): undefined {
  if (!(error instanceof CovalentError)) throw error;
  terminal.note(`note: it is written, but ${error.message}${error.hint ? `. ${error.hint}` : ""}`);
}

function entryOf(
  config: Config,
  setting: NamedSetting,
): { key: string; value: unknown; origin: string; about: string } {
  const { key, about, secret } = setting;
  const value = valueAt(config.values, key);
  const hidden = secret === true && value !== "" ? "(not shown)" : value;
  return { key, value: hidden, origin: describeOrigin(config.origins.get(key)), about };
}

function valueAt(values: object, key: string): unknown {
  return key.split(".").reduce<unknown>((tree, part) => (tree as Record<string, unknown>)[part], values);
}

function shown(value: unknown): string {
  return typeof value === "string"
    ? value
    : JSON.stringify(value, (_, inner) => (typeof inner === "bigint" ? String(inner) : inner));
}
