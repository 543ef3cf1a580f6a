import { CovalentError } from "../model/errors.ts";
import { parseTemplate } from "../model/template.ts";
import { deserialize } from "../serialization/deserialize.ts";
import { resolveByLevels } from "../serialization/resolve-template.ts";
import type { NamedAsset } from "./answers.ts";
import type { Client } from "./client.ts";

/**
 * The value an asset holds. References are fetched, many in one request, and followed, so a list that was assembled from many nodes' outputs comes back
 * as a list. What the Python SDK has pickled cannot be read here and comes back as its bytes.
 *
 * @throws {CovalentError} `PATH_NOT_FOUND`, `ASSET_NOT_FOUND`
 */
export async function readStoredValue(asset: NamedAsset, client: Client): Promise<unknown> {
  const bytes = await assetBytes(asset, client);
  switch (asset.codec) {
    case "value":
      return deserialize(bytes);
    case "template":
      return resolveByLevels(parseTemplate(bytes), (digests) => client.assets(digests));
    case "text":
      return textOf(bytes);
    default:
      return bytes;
  }
}

/**
 * The text an asset holds: a log, a source, a message.
 *
 * @throws {CovalentError} `TEXT_TOO_LONG`, `ASSET_NOT_FOUND`
 */
export async function readStoredText(asset: NamedAsset | undefined, client: Client): Promise<string> {
  return asset === undefined ? "" : textOf(await assetBytes(asset, client));
}

/** @throws {CovalentError} `TEXT_TOO_LONG`: strings hold half a billion characters */
function textOf(bytes: Uint8Array): string {
  try {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ERR_STRING_TOO_LONG")) throw error;
    throw new CovalentError("TEXT_TOO_LONG", { size: bytes.byteLength }, { cause: error });
  }
}

async function assetBytes({ content, digest }: NamedAsset, client: Client): Promise<Uint8Array> {
  if (content !== undefined || digest === undefined) return Buffer.from(content ?? "");
  return client.asset(digest);
}
