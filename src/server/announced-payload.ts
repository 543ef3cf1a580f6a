import { createHash } from "node:crypto";
import { CovalentError } from "../model/errors.ts";

/** What a client said of bytes before it sent them. */
export interface AnnouncedPayload {
  readonly clientDigest?: string | undefined;
  readonly clientDigestAlg?: string | undefined;
  /** Bytes; nothing is known when it is 0. */
  readonly size?: number | undefined;
}

/**
 * Passes bytes on as they come and fails at their end, or as soon as there are too many, when they are not what was announced:
 * so whoever stores them keeps nothing. A digest of an unknown algorithm cannot be verified.
 *
 * @throws {CovalentError} `ASSET_CORRUPT`
 */
export async function* verified(
  source: AsyncIterable<Uint8Array>,
  announced: AnnouncedPayload,
  what: string,
): AsyncGenerator<Uint8Array> {
  const { clientDigest = "", size: promised = 0 } = announced;
  const algorithm = clientDigest === "" ? undefined : algorithmOf(announced.clientDigestAlg);
  const hash = algorithm === undefined ? undefined : createHash(algorithm);
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (promised > 0 && size > promised) break;
    hash?.update(chunk);
    yield chunk;
  }
  const corrupt = (expected: string, actual: string) =>
    new CovalentError("ASSET_CORRUPT", { what, expected, actual });
  if (promised > 0 && size !== promised)
    throw corrupt(`${promised} bytes`, size > promised ? "more" : `${size} bytes`);
  const actual = hash?.digest("hex");
  if (actual !== undefined && actual !== clientDigest.toLowerCase())
    throw corrupt(`${algorithm} ${clientDigest}`, actual);
}

/** The original says "sha" for SHA-1. What says nothing is taken for ours. */
function algorithmOf(name = "sha256"): string | undefined {
  const plain = name.toLowerCase().replace("-", "");
  if (plain === "sha") return "sha1";
  return ["md5", "sha1", "sha256", "sha384", "sha512"].includes(plain) ? plain : undefined;
}
