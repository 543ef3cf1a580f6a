import { type Config, describeOrigin } from "../../config/config.ts";
import { type NamedSetting, SETTINGS, settingOf } from "../../config/schema.ts";
import { setConfigValue } from "../../config/write.ts";
import { runningServer } from "../../discovery/state-file.ts";
import { CovalentError } from "../../model/errors.ts";
import { type CommandContext, configOf } from "../command-context.ts";
import { shortened, table } from "../output/table.ts";

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
  terminal.print(table([{ title: "KEY" }, { title: "VALUE" }, { title: "FROM" }], [...rows, ...strangers]));
}

/** `covalent config get KEY` */
export async function getKey(context: CommandContext, key: string): Promise<undefined> {
  const setting = settingOf(key);
  if (setting === undefined) throw new CovalentError("CONFIG_UNKNOWN_KEY", { key });
  const entry = entryOf(await configOf(context), setting);
  context.terminal.data(entry);
  context.terminal.print(shown(entry.value));
}

/** `covalent config set KEY VALUE` */
export async function setKey(context: CommandContext, key: string, value: string): Promise<undefined> {
  const { terminal } = context;
  const { file } = await configOf(context);
  await setConfigValue(file, key, value);
  const config = await configOf(context);
  const setting = settingOf(key);
  if (setting === undefined) throw new CovalentError("CONFIG_UNKNOWN_KEY", { key });
  const entry = entryOf(config, setting);
  terminal.data({ ...entry, file });
  terminal.print(`${key} = ${shown(entry.value)} in ${file}`);
  const from = config.origins.get(key);
  if (from?.from !== "file") terminal.note(`note: ${describeOrigin(from)} still wins over the file`);
  if (runningServer(config) !== undefined)
    terminal.note("note: the running server keeps its settings until `covalent restart`");
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
