import { readFileSync } from "node:fs";
import { parse, TomlError } from "smol-toml";
import { CovalentError } from "../model/errors.ts";

/** The file as it is: its text, and the tree that the text means. An absent file is an empty one. */
export interface ConfigFile {
  readonly path: string;
  readonly text: string;
  readonly tree: Readonly<Record<string, unknown>>;
}

/**
 * Reads the configuration file.
 *
 * @throws {CovalentError} `CONFIG_INVALID` when it cannot be read or is not TOML.
 */
export function readConfigFile(path: string): ConfigFile {
  const text = readText(path);
  return { path, text, tree: parseConfig(text, path) };
}

/** The tree that a text means. @throws {CovalentError} `CONFIG_INVALID` with the line. */
export function parseConfig(text: string, path: string): Record<string, unknown> {
  try {
    return parse(text, { integersAsBigInt: "asNeeded" });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [reason = error.message] = error.message.replace(/^Invalid TOML document: /, "").split("\n");
    throw new CovalentError(
      "CONFIG_INVALID",
      {
        where: `${path}, line ${error.line}, column ${error.column}`,
        reason: `it is not TOML: ${reason}`,
        advice: "Correct the file by hand; it was not touched.",
      },
      { cause: error },
    );
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") return "";
    throw new CovalentError(
      "CONFIG_INVALID",
      { where: path, reason: `it cannot be read (${code})`, advice: "Check its permissions." },
      { cause: error },
    );
  }
}
