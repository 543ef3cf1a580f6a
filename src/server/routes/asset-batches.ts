import { Readable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import * as z from "zod";
import { ASSET_FRAMES_TYPE, ASSETS_PER_READ, encodeAssetFrameHead } from "../../model/asset-frame.ts";
import { CovalentError } from "../../model/errors.ts";
import type { AssetStore } from "../../storage/asset-store.ts";
import type { App, Services } from "../services.ts";
import { digestSchema } from "./assets.ts";

const body = z.object({ digests: z.array(digestSchema).min(1).max(ASSETS_PER_READ) });

/** Assets looked up before others are served again. */
const PER_TURN = 50;

/**
 * Many assets in one answer: the frames of a batch (assets.ts), in the order of the digests. An answer that has grown to the
 * limit of bytes ends behind that frame; the client asks for the others again. It is refused whole when one of those is missing.
 */
export function assetBatchRoutes(app: App, services: Services): void {
  app.post(
    "/api/v2/assets/read",
    { schema: { tags: ["assets"], body, summary: "The bytes of many assets" } },
    async (request, reply) => {
      const found = await findAssets(request.body.digests, services);
      return reply
        .type(ASSET_FRAMES_TYPE)
        .send(Readable.from(frames(found, services.store), { objectMode: false }));
    },
  );
}

interface FoundAsset {
  readonly digest: string;
  readonly size: number;
  /** Absent for what is in the store. */
  readonly inline: Uint8Array | undefined;
}

async function findAssets(
  digests: readonly string[],
  { database, store, limits }: Services,
): Promise<readonly FoundAsset[]> {
  const found: FoundAsset[] = [];
  let bytes = 0;
  for (let at = 0; at < digests.length; at += PER_TURN) {
    const page = digests.slice(at, at + PER_TURN);
    const contents = await database.assets.contents(page);
    for (const digest of page) {
      const inline = contents.get(digest);
      const size = inline?.length ?? (await store.size(digest));
      if (size === undefined) throw new CovalentError("ASSET_NOT_FOUND", { what: `asset ${digest}` });
      found.push({ digest, size, inline });
      bytes += size;
      if (bytes >= limits.readBytes) return found;
    }
    await nextTurn();
  }
  return found;
}

async function* frames(assets: readonly FoundAsset[], store: AssetStore): AsyncGenerator<Uint8Array> {
  for (const { digest, size, inline } of assets) {
    yield encodeAssetFrameHead({ digest, size });
    if (size === 0) continue;
    if (inline !== undefined) yield inline;
    else yield* await store.read(digest);
  }
}
