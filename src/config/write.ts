import { randomBytes } from "node:crypto";
import { mkdir, open, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { stringify } from "smol-toml";
import { CovalentError } from "../model/errors.ts";
import { parseConfig, readConfigFile } from "./file.ts";
import { withFileLock } from "./file-lock.ts";
import { settingOf } from "./schema.ts";
import { replaceValue } from "./toml-text.ts";

/** The Python SDK gives up after a second; we wait longer, and hold the lock for a few milliseconds. */
const LOCK_TIMEOUT_MS = 5_000;

/**
 * Sets one key in the configuration file, creating the file when there is none. Only the key's own line changes: comments, order
 * and keys that we do not know stay. Other writers are kept out by the lock that the Python SDK takes as well; readers see the
 * old file or the new one.
 *
 * @throws {CovalentError} `CONFIG_UNKNOWN_KEY` or `USAGE` for a wrong value (nothing is written), `CONFIG_INVALID` for a file
 *   that is wrong already, `FILE_LOCKED`.
 * @example
 * await setConfigValue("/home/ada/.config/covalent/covalent.conf", "dispatcher.port", "48010");
 */
export async function setConfigValue(file: string, key: string, text: string): Promise<void> {
  const value = fileValueOf(key, text);
  await mkdir(dirname(file), { recursive: true });
  await withFileLock(`${file}.lock`, LOCK_TIMEOUT_MS, async () => {
    const current = readConfigFile(file);
    const next = withValue(current.tree, key.split("."), value);
    await replaceFile(file, edited(current.text, next, key, value, file));
  });
}

function fileValueOf(key: string, text: string): FileValue {
  const setting = settingOf(key);
  if (setting === undefined) throw new CovalentError("CONFIG_UNKNOWN_KEY", { key });
  const checked = setting.kind.schema.safeParse(setting.kind.fromText(text));
  if (checked.success) return setting.kind.toFile(checked.data);
  const reason = `${key} must be ${setting.kind.wanted}, not ${JSON.stringify(text)}`;
  throw new CovalentError("USAGE", { reason, advice: "Nothing was written." });
}

type FileValue = string | number | boolean | string[];

/** The smallest edit that means what is wanted; when the text is written in a way the edit does not understand, all of it anew. */
function edited(text: string, next: Tree, key: string, value: FileValue, file: string): string {
  const literal = stringify({ x: value }).trim().replace(/^x = /, "");
  const proposal = replaceValue(text, key.split("."), literal);
  return means(proposal, next, file) ? proposal : stringify(next);
}

function means(text: string, tree: Tree, file: string): boolean {
  try {
    return isDeepStrictEqual(structuredClone(parseConfig(text, file)), structuredClone(tree));
  } catch {
    return false;
  }
}

type Tree = Record<string, unknown>;

function withValue(tree: Readonly<Tree>, [first = "", ...rest]: readonly string[], value: unknown): Tree {
  const inner = rest.length === 0 ? value : withValue((tree[first] ?? {}) as Tree, rest, value);
  return { ...tree, [first]: inner };
}

async function replaceFile(path: string, text: string): Promise<void> {
  // A symbolic link stays one: people keep this file among others and link to it.
  const file = await realpath(path).catch(() => path);
  const temporary = `${file}.${randomBytes(6).toString("hex")}.tmp`;
  const handle = await open(temporary, "wx", await modeOf(file));
  try {
    await handle.writeFile(text);
    // Before the rename: after a power cut the name must not stand for an empty file.
    await handle.sync();
    await handle.close();
    await rename(temporary, file);
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(temporary, { force: true });
    throw error;
  }
}

async function modeOf(file: string): Promise<number> {
  const found = await stat(file).catch(() => undefined);
  return found === undefined ? 0o600 : found.mode & 0o777;
}
