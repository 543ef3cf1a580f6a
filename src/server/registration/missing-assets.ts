import type { Database } from "../../database/open.ts";
import { CovalentError } from "../../model/errors.ts";
import type { AssetStore } from "../../storage/asset-store.ts";
import { type ObjectName, objectNameOf } from "../object-names.ts";
import { AssetReferences, type ReferencedAssets } from "./referenced-assets.ts";

const PAGE = 1_000;

/** What a dispatch waits for before it can start: digests, and names by their text. */
interface Awaited {
  readonly digests: readonly string[];
  readonly names: Map<string, ObjectName>;
}

/**
 * Knows which assets a registered dispatch refers to and the server does not have. What a registration found missing is
 * remembered until the start; after a restart of the server the manifest is read again instead.
 */
export class MissingAssets {
  readonly #database: Database;
  readonly #store: AssetStore;
  readonly #awaited = new Map<string, Awaited>();

  constructor(database: Database, store: AssetStore) {
    this.#database = database;
    this.#store = store;
  }

  /** Notes what a new dispatch refers to. Answers with the digests of it that have to be uploaded. */
  async expect(dispatchId: string, { digests, names }: ReferencedAssets): Promise<readonly string[]> {
    const missing = await this.#absent(digests);
    this.#awaited.set(dispatchId, { digests: missing, names: byText(names) });
    return missing;
  }

  /** Bytes have been put under a name. */
  arrived(name: ObjectName): void {
    this.#awaited.get(name.dispatchId)?.names.delete(textOf(name));
  }

  /** @throws {CovalentError} `ASSETS_MISSING` with how many are missing, and the first. */
  async checkComplete(dispatchId: string): Promise<void> {
    const { digests, names } = this.#awaited.get(dispatchId) ?? (await this.#referencedBy(dispatchId));
    const missing = [...(await this.#absent(digests)), ...(await this.#pending(names))];
    const [first] = missing;
    if (first !== undefined)
      throw new CovalentError("ASSETS_MISSING", { dispatchId, count: missing.length, first });
    this.#awaited.delete(dispatchId);
  }

  /** Which of the digests are neither in the database nor in the store. */
  async #absent(digests: readonly string[]): Promise<string[]> {
    const missing: string[] = [];
    for (let start = 0; start < digests.length; start += PAGE) {
      const page = digests.slice(start, start + PAGE);
      const inline = await this.#database.assets.known(page);
      const present = await Promise.all(page.map((digest) => inline.has(digest) || this.#store.has(digest)));
      missing.push(...page.filter((_, index) => !present[index]));
    }
    return missing;
  }

  async #pending(names: ReadonlyMap<string, ObjectName>): Promise<string[]> {
    const missing: string[] = [];
    for (const [text, { dispatchId, nodeId, key }] of names) {
      const asset = await this.#database.assets.find(dispatchId, nodeId, key);
      if (asset?.storageType === "pending") missing.push(text);
    }
    return missing;
  }

  async #referencedBy(dispatchId: string): Promise<Awaited> {
    const { dispatches } = this.#database;
    const references = new AssetReferences(dispatchId);
    const header = await dispatches.header(dispatchId);
    if (header !== undefined) references.addHeader(header);
    for (let after = -1; ; ) {
      const nodes = await dispatches.nodes(dispatchId, { after, limit: PAGE });
      const last = nodes.at(-1);
      if (last === undefined) break;
      references.addNodes(nodes);
      after = last.id;
    }
    const { digests, names } = references.all();
    return { digests, names: byText(names) };
  }
}

function byText(names: readonly ObjectName[]): Map<string, ObjectName> {
  return new Map(names.map((name) => [textOf(name), name]));
}

function textOf(name: ObjectName): string {
  return objectNameOf(name) ?? `${name.dispatchId}/${name.nodeId ?? ""}/${name.key}`;
}
