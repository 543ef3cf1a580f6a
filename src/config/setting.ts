import { isIP } from "node:net";
import { resolve } from "node:path";
import * as z from "zod";
import type { Locations } from "./locations.ts";

/** Where a value can come from besides the file: a variable's name, or a name and how its text is to be read. */
export type EnvName = string | { readonly name: string; readonly read: (text: string) => string | undefined };

/** One key of the configuration. */
export interface Setting<V> {
  readonly kind: Kind<V>;
  readonly initial: V | ((at: Locations) => V);
  /** The original's variables, first match wins. Absent: `COVALENT_<SECTION>_<KEY>`. */
  readonly env?: readonly EnvName[];
  /** What it is for, in one line. */
  readonly about: string;
  /** True for values that are never printed. */
  readonly secret?: boolean;
}

/** What a value is in the file. */
export type FileValue = string | number | boolean | string[] | Record<string, number>;

/** How a value is checked, read from text and written to the file. */
export interface Kind<V> {
  /** What a value must be, for messages: "a whole number from 0 to 65535". */
  readonly wanted: string;
  /** Checks a value of the file. */
  readonly schema: z.ZodType<V>;
  /** Reads a variable, a flag or an argument of `covalent config set`; what it gives is still to be checked. */
  readonly fromText: (text: string) => unknown;
  /** The values that there are, where they are few. */
  readonly choices?: readonly string[];
  /** The form in which the Python SDK expects it in the file. */
  readonly toFile: (value: V) => FileValue;
}

/** Any text. */
export const text: Kind<string> = {
  wanted: "text",
  schema: z.string(),
  fromText: (value) => value,
  toFile: (value) => value,
};

/** A path: `~` is the home directory, a relative one starts at the current directory, in the file at the file's own. */
export const path: Kind<string> = { ...text, wanted: "a path", schema: z.string().min(1) };

/** An interface to listen on. A name needs a letter: what is all digits and dots is an address, or a slip. */
export const host: Kind<string> = {
  ...text,
  wanted: "an IP address or a host name",
  schema: z.string().refine((value) => isIP(value) !== 0 || /^(?=.*[a-z])[\w-]+(\.[\w-]+)*\.?$/i.test(value)),
};

/** Paths, in text separated by `:`. */
export const paths: Kind<readonly string[]> = {
  wanted: "a list of paths",
  schema: z.array(z.string().min(1)),
  fromText: (value) => value.split(":").filter((part) => part !== ""),
  toFile: (value) => [...value],
};

/** A whole number within bounds, both included. */
export function integer(min: number, max: number): Kind<number> {
  return {
    wanted: `a whole number from ${min} to ${max}`,
    schema: z.int().min(min).max(max),
    fromText: numberOf,
    toFile: (value) => value,
  };
}

/** Names with a whole number each, a table in the file; in text `gpu=2,licence=1`. */
export const counts: Kind<Readonly<Record<string, number>>> = {
  wanted: "names with a whole number above 0 each, e.g. gpu=2,licence=1",
  schema: z.record(z.string().min(1), z.int().min(1)),
  fromText: (value) =>
    Object.fromEntries(
      value
        .split(",")
        .filter((pair) => pair.trim() !== "")
        .map((pair) => {
          const at = pair.lastIndexOf("=");
          return [pair.slice(0, Math.max(at, 0)).trim(), numberOf(pair.slice(at + 1))];
        }),
    ),
  toFile: (value) => ({ ...value }),
};

/** One of a few words. */
export function choice<const T extends string>(...words: readonly [T, ...T[]]): Kind<T> {
  return {
    wanted: `one of ${words.join(", ")}`,
    choices: words,
    schema: z.enum(words),
    fromText: (value) => value.toLowerCase(),
    toFile: (value) => value,
  };
}

/** A number, or `"auto"`. */
export const amount: Kind<string | number> = {
  wanted: 'a number, a size such as "2GB", or "auto"',
  schema: z.union([z.string().min(1), z.number()]),
  fromText: numberOf,
  toFile: (value) => value,
};

const WORDS: Readonly<Record<string, boolean>> = {
  true: true,
  "1": true,
  yes: true,
  on: true,
  t: true,
  false: false,
  "0": false,
  no: false,
  off: false,
  f: false,
};

const wordOf = (value: string): unknown => WORDS[value.toLowerCase()] ?? value;

/** Yes or no; the file may hold the text `"true"` or `"false"` as well, as the original's does. */
export const flag: Kind<boolean> = {
  wanted: "true or false",
  choices: ["true", "false"],
  schema: z.preprocess((value) => (typeof value === "string" ? wordOf(value) : value), z.boolean()),
  fromText: wordOf,
  toFile: (value) => value,
};

/** Yes or no, and written as text: the Python SDK compares these keys with `"true"`. */
export const textFlag: Kind<boolean> = { ...flag, toFile: String };

/** The number that a text is, else the text as it is, so that the message about it can show it. */
function numberOf(value: string): number | string {
  return value.trim() === "" || Number.isNaN(Number(value)) ? value : Number(value);
}

/** `~` and relative paths made absolute. */
export function absolute(value: string, at: Locations): string {
  if (value === "~" || value.startsWith("~/")) return resolve(at.home, value.slice(2));
  return resolve(at.cwd, value);
}
