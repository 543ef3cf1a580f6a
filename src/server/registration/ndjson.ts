import { CovalentError } from "../../model/errors.ts";
import { invalidManifest } from "../validation.ts";

const NEWLINE = 0x0a;

/**
 * The values of a stream of JSON lines, one at a time, as its reader asks for them. Empty lines are skipped.
 *
 * @throws {CovalentError} `REQUEST_TOO_LARGE` for a line above the limit (bytes), `INVALID_MANIFEST` for one that is not JSON.
 */
export async function* jsonLines(source: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<unknown> {
  let number = 0;
  for await (const line of splitLines(source, limit)) {
    number += 1;
    const text = line.toString("utf8");
    if (text.trim() !== "") yield parseLine(text, number);
  }
}

async function* splitLines(source: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<Buffer> {
  let parts: Uint8Array[] = [];
  let size = 0;
  const keep = (part: Uint8Array): void => {
    size += part.length;
    if (size > limit) throw new CovalentError("REQUEST_TOO_LARGE", { limit });
    parts.push(part);
  };
  for await (const chunk of source) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      keep(chunk.subarray(start, end));
      yield Buffer.concat(parts);
      parts = [];
      size = 0;
      start = end + 1;
    }
    keep(chunk.subarray(start));
  }
  if (size > 0) yield Buffer.concat(parts);
}

function parseLine(text: string, number: number): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalidManifest(`line ${number} is not JSON: ${(error as Error).message}`);
  }
}
