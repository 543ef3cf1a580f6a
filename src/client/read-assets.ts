import { ASSETS_PER_READ } from "../model/asset-frame.ts";
import { assetFrames } from "../model/asset-frames.ts";
import { CovalentError } from "../model/errors.ts";
import type { Transport } from "./transport.ts";

const PATH = "/api/v2/assets/read";

/**
 * The bytes of many digests, in their order, in as few requests as the server's bounds permit: an answer that would grow too
 * large ends early, and the rest is asked for again.
 *
 * @throws {CovalentError} `ASSET_NOT_FOUND` for the first that is not there
 */
export async function readAssets(
  transport: Transport,
  digests: readonly string[],
): Promise<readonly Uint8Array[]> {
  const found: Uint8Array[] = [];
  while (found.length < digests.length) {
    const wanted = digests.slice(found.length, found.length + ASSETS_PER_READ);
    const answered = await readSome(transport, wanted);
    if (answered.length === 0)
      throw new CovalentError("SERVER_ERROR", { status: 200, request: `POST ${PATH}`, reason: "no assets" });
    for (const bytes of answered) found.push(bytes);
  }
  return found;
}

async function readSome(transport: Transport, digests: readonly string[]): Promise<Uint8Array[]> {
  const answer = await transport.bytes({
    method: "POST",
    path: PATH,
    repeatable: true,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ digests }),
  });
  const found: Uint8Array[] = [];
  for await (const { content } of assetFrames([answer]))
    found.push(Buffer.concat(await Array.fromAsync(content)));
  return found;
}
