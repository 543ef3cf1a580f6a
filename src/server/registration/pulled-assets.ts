/**
 * Assets that the client leaves to be fetched: its manifest says where the bytes lie, and nobody uploads them. Only files of directories
 * that the server's owner has named are fetched, and only for programs of this machine; whatever else a manifest points at is never
 * opened, and the dispatch lacks it when it is started.
 */
import { createReadStream } from "node:fs";
import { realpath } from "node:fs/promises";
import { sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Asset } from "../../model/manifest.ts";
import { isAssetKey, type ObjectName } from "../object-names.ts";
import type { Services } from "../services.ts";
import { storeNamed } from "../store-named.ts";
import type { ManifestPart } from "./manifest-lines.ts";

type Left = Omit<ObjectName, "dispatchId"> & { readonly uri: string };

/** Notes what a manifest leaves to be fetched, while its parts are registered. */
export class PulledAssets {
  readonly #left: Left[] = [];

  /** The parts as they are. */
  async *noted(parts: AsyncIterable<ManifestPart> | Iterable<ManifestPart>): AsyncGenerator<ManifestPart> {
    for await (const part of parts) {
      if (part.kind === "header") {
        const { assets, lattice } = part.header;
        this.#note(null, { ...lattice.assets, ...assets });
      } else if (part.kind === "nodes") for (const { id, assets } of part.nodes) this.#note(id, assets);
      yield part;
    }
  }

  /**
   * Fetches what was noted, one file after the other.
   *
   * @throws {CovalentError} `ASSET_CORRUPT` when a file is not what the manifest says of it
   */
  async pull(dispatchId: string, services: Services): Promise<void> {
    if (this.#left.length === 0) return;
    const roots = await existing(services.pullRoots);
    for (const { uri, ...name } of this.#left) {
      const path = await pathWithin(uri, roots);
      if (path === undefined)
        services.logger.warn({ dispatchId, uri }, "a file that may not be fetched was left");
      else await storeNamed({ dispatchId, ...name }, createReadStream(path), undefined, services);
    }
  }

  #note(nodeId: number | null, assets: Readonly<Record<string, Asset | null | undefined>>): void {
    for (const [key, asset] of Object.entries(assets)) {
      const uri = asset?.uri;
      if (uri && asset.size > 0 && asset.content === undefined && isAssetKey(nodeId, key))
        this.#left.push({ nodeId, key, uri });
    }
  }
}

/** Where directories really are; those that do not exist are left out. */
async function existing(directories: readonly string[]): Promise<string[]> {
  const found = await Promise.all(directories.map((each) => realpath(each).catch(() => undefined)));
  return found.filter((each) => each !== undefined);
}

/** The file that a `file:` address means, when it is in one of the directories, links followed; else `undefined`. */
async function pathWithin(uri: string, roots: readonly string[]): Promise<string | undefined> {
  try {
    const path = await realpath(fileURLToPath(uri));
    return roots.some((root) => path.startsWith(root.endsWith(sep) ? root : root + sep)) ? path : undefined;
  } catch {
    return undefined;
  }
}
