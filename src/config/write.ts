import { randomBytes } from "node:crypto";
import { mkdir, open, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { stringify } from "smol-toml";
import { CovalentError } from "../model/errors.ts";
import { type ConfigFile, parseConfig, readConfigFile } from "./file.ts";
import { withFileLock } from "./file-lock.ts";
import { settingOf } from "./schema.ts";
import type { FileValue } from "./setting.ts";
import { findValue, lineOf, replaced, withNewKey } from "./toml-text.ts";

/** The Python SDK gives up after a second; we wait longer, and hold the lock for a few milliseconds. */
const LOCK_TIMEOUT_MS = 5_000;

/**
 * Sets one key in the configuration file, creating the file when there is none. Only the value itself changes: comments, order,
 * line ends and keys that we do not know stay. What else is wrong in the file is no obstacle: this is how it is mended. Other
 * writers are kept out by the lock that the Python SDK takes as well; readers see the old file or the new one.
 *
 * @returns the value as it stands in the file
 * @throws {CovalentError} `CONFIG_UNKNOWN_KEY`, `USAGE` for a wrong value, `CONFIG_INVALID` with the line for a file that is not
 *   TOML or written in a way that cannot be edited, `CONFIG_NOT_WRITTEN`, `FILE_LOCKED`; nothing is written then.
 * @example
 * await setConfigValue("/home/ada/.config/covalent/covalent.conf", "dispatcher.port", "48010");
 */
export async function setConfigValue(file: string, key: string, text: string): Promise<FileValue> {
  const value = fileValueOf(key, text);
  try {
    await mkdir(dirname(file), { recursive: true });
    await withFileLock(`${file}.lock`, LOCK_TIMEOUT_MS, () =>
      replaceFile(file, edited(readConfigFile(file), key.split("."), value)),
    );
  } catch (error) {
    if (error instanceof CovalentError || !(error instanceof Error && "code" in error)) throw error;
    throw new CovalentError("CONFIG_NOT_WRITTEN", { file, reason: error.message }, { cause: error });
  }
  return value;
}

function fileValueOf(key: string, text: string): FileValue {
  const setting = settingOf(key);
  if (setting === undefined) throw new CovalentError("CONFIG_UNKNOWN_KEY", { key });
  const checked = setting.kind.schema.safeParse(setting.kind.fromText(text));
  if (checked.success) return setting.kind.toFile(checked.data);
  const reason = `${key} must be ${setting.kind.wanted}, not ${JSON.stringify(text)}`;
  throw new CovalentError("USAGE", { reason, advice: "Nothing was written." });
}

/** The text with the first of the possible edits that means what is wanted, and nothing else. */
function edited({ path, text, tree }: ConfigFile, key: readonly string[], value: FileValue): string {
  const literal = literalOf(value);
  const wanted = withValue(tree, key, value);
  const place = findValue(text, key);
  const proposals = place === undefined ? withNewKey(text, key, literal) : [replaced(text, place, literal)];
  for (const proposal of proposals) if (wanted !== undefined && means(proposal, wanted)) return proposal;
  const line = lineOf(text, key);
  throw new CovalentError("CONFIG_INVALID", {
    where: line === undefined ? path : `${path}, line ${line}`,
    reason: `${key.join(".")} cannot be set beside what stands there`,
    advice: `Nothing was written. Edit the file by hand: ${key.at(-1)} = ${literal} in [${key.slice(0, -1).join(".")}].`,
  });
}

/** A value as it stands behind a key: a table, too, is written in one line. */
function literalOf(value: FileValue): string {
  if (typeof value !== "object" || Array.isArray(value))
    return stringify({ x: value }).trim().replace(/^x = /, "");
  const entries = Object.entries(value).map(([key, each]) => stringify({ [key]: each }).trim());
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}

function means(text: string, tree: Tree): boolean {
  try {
    return isDeepStrictEqual(structuredClone(parseConfig(text, "")), structuredClone(tree));
  } catch {
    return false;
  }
}

type Tree = Readonly<Record<string, unknown>>;

/** `undefined` when something that is not a table stands where one has to be. */
function withValue(tree: Tree, [first = "", ...rest]: readonly string[], value: unknown): Tree | undefined {
  if (rest.length === 0) return { ...tree, [first]: value };
  const below = tree[first] ?? {};
  if (typeof below !== "object" || Array.isArray(below) || below instanceof Date) return undefined;
  const inner = withValue(below as Tree, rest, value);
  return inner && { ...tree, [first]: inner };
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
