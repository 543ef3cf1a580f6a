import type { Config } from "../config/config.ts";
import { SETTINGS } from "../config/schema.ts";
import { setConfigValue } from "../config/write.ts";
import type { SettingsControl } from "../server/settings-control.ts";

/** The configuration of a running server, to be shown; what is set goes to its file, and is shown from then on. */
export function settingsOf({ values, file }: Config): SettingsControl {
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
    async set(key, text) {
      written.set(key, await setConfigValue(file, key, text));
    },
  };
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
