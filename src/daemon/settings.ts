import type { Config, Origin } from "../config/config.ts";
import { type NamedSetting, SETTINGS } from "../config/schema.ts";
import { setConfigValue } from "../config/write.ts";
import type { SettingsControl, ShownSetting } from "../server/settings-control.ts";

/** The configuration of a running server, to be shown; what is set goes to its file, and is in force from the next start on. */
export function settingsOf({ values, file, origins }: Config): SettingsControl {
  const written = new Map<string, unknown>();
  return {
    sections() {
      const tree: Record<string, unknown> = {};
      for (const { key, secret } of SETTINGS) {
        const trail = key.split(".");
        if (secret !== true) put(tree, trail, written.get(key) ?? valueAt(values, trail));
      }
      return tree;
    },
    list: () =>
      SETTINGS.map((setting): ShownSetting => {
        const { key, kind, about, secret } = setting;
        const origin: Origin = origins.get(key) ?? { from: "default" };
        const next = written.get(key);
        return {
          key,
          value: secret === true ? null : textOf(valueAt(values, key.split("."))),
          origin,
          next: next === undefined ? null : textOf(next),
          about,
          wanted: kind.wanted,
          choices: kind.choices ?? null,
          locked: lockOf(setting, origin),
        };
      }),
    async set(key, text) {
      written.set(key, await setConfigValue(file, key, text));
    },
  };
}

/** Of the server's own part these are changed over the network: they decide how it works, not what it opens to whom. */
const SERVERS_OWN = /^(dispatcher|dask|workflow_data|user_interface|database)\./;
const OPEN: ReadonlySet<string> = new Set([
  "dispatcher.triggers",
  "dispatcher.stop_grace",
  "dispatcher.durability",
  "database.backups_kept",
]);

function lockOf({ key, secret }: NamedSetting, { from }: Origin): string | null {
  const origin = { env: "the environment", flag: "an option of the command" } as const;
  if (secret === true) return "It is a secret: it is neither shown nor set here.";
  if (SERVERS_OWN.test(key) && !OPEN.has(key))
    return "It is set on the server's machine, with `covalent config set`.";
  if (from === "env" || from === "flag")
    return `The server was started with it by ${origin[from]}, which wins over the file.`;
  return null;
}

/** As `covalent config set` reads it. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.join(":");
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value)
    .map(([name, count]) => `${name}=${count}`)
    .join(",");
}

function valueAt(tree: unknown, [name, ...rest]: readonly string[]): unknown {
  if (name === undefined) return tree;
  return typeof tree === "object" && tree !== null ? valueAt(Reflect.get(tree, name), rest) : undefined;
}

function put(tree: Record<string, unknown>, [name = "", ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    tree[name] = value;
    return;
  }
  const inner = (tree[name] ?? {}) as Record<string, unknown>;
  tree[name] = inner;
  put(inner, rest, value);
}
