import { fileURLToPath } from "node:url";
import type { ErrorData } from "../model/error-data.ts";
import type { FailureKind } from "../model/failure.ts";

/**
 * This package's own code, wherever it is installed: as it runs, and as source maps name it. Its frames say nothing to the
 * user, who may not even have the files.
 */
const OWN_CODE = ["src/", "dist/"].flatMap((folder) => {
  const url = new URL(`../../${folder}`, import.meta.url);
  return [url.href, fileURLToPath(url)];
});

/** In characters; a failure is kept in the database, and shown with its node. */
export const MAX_MESSAGE = 16 * 1024;
export const MAX_STACK = 64 * 1024;

/** The stack of an error without the frames of this package: only the message when no others are left. */
export function userStack(kind: FailureKind, { name, message, stack }: ErrorData): string {
  const lines = (stack ?? `${name}: ${message}`).split("\n");
  const first = lines.findIndex(isFrame);
  const head = cut(lines.slice(0, first < 0 ? lines.length : first).join("\n"), MAX_MESSAGE);
  // What we say of an argument or a result comes from our own code and the libraries that it uses.
  const isOurs = name === "CovalentError" && (kind === "input" || kind === "output");
  const frames = first < 0 || isOurs ? [] : lines.slice(first).filter((line) => !isOwnFrame(line));
  return cut([head, ...frames].join("\n"), MAX_STACK);
}

/** True of the path or the address of a file of this package. */
export function isOwnCode(place: string): boolean {
  return OWN_CODE.some((folder) => place.includes(folder));
}

/** The first so many characters of a text, and how many are missing. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  // A pair of surrogates may have been cut in two.
  return `${text.slice(0, limit).toWellFormed()}… [${text.length - limit} more characters]`;
}

function isFrame(line: string): boolean {
  return /^\s+at /.test(line);
}

function isOwnFrame(line: string): boolean {
  return isFrame(line) && (line.includes("node:internal/") || isOwnCode(line));
}
