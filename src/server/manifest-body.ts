import type { FastifyRequest } from "fastify";
import { CovalentError } from "../model/errors.ts";
import type { ServerLimits } from "./limits.ts";
import { rawBody } from "./raw-body.ts";
import { type ManifestPart, parseWhole, partsOfStream, partsOfWhole } from "./registration/manifest-lines.ts";
import { partsFromThread } from "./registration/manifest-thread.ts";
import { jsonLines } from "./registration/ndjson.ts";

/**
 * True for a stream of JSON lines, false for one JSON body; the original's clients send theirs without a type.
 *
 * @throws {CovalentError} `INVALID_ARGUMENT` for anything else
 */
export function isStreamed(request: FastifyRequest): boolean {
  const [type = ""] = (request.headers["content-type"] ?? "").toLowerCase().split(";");
  if (type.trim() === "application/x-ndjson") return true;
  if (type.trim() === "" || type.trim() === "application/json") return false;
  throw new CovalentError("INVALID_ARGUMENT", {
    reason: `a manifest is application/json or application/x-ndjson, not ${type}`,
  });
}

/** The parts of a manifest that comes as a stream of JSON lines. */
export function streamedParts(
  request: FastifyRequest,
  { lineBytes }: ServerLimits,
): AsyncGenerator<ManifestPart> {
  return partsOfStream(jsonLines(rawBody(request), lineBytes));
}

/** Those of one that comes as one JSON body; a large one is read in a thread. @throws {CovalentError} `REQUEST_TOO_LARGE` */
export async function wholeParts(
  request: FastifyRequest,
  limits: ServerLimits,
): Promise<Generator<ManifestPart> | AsyncGenerator<ManifestPart>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of rawBody(request)) {
    size += chunk.length;
    if (size > limits.manifestBytes)
      throw new CovalentError("REQUEST_TOO_LARGE", { limit: limits.manifestBytes });
    chunks.push(chunk);
  }
  if (size < limits.threadBytes) return partsOfWhole(parseWhole(Buffer.concat(chunks)));
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return partsFromThread(bytes);
}
