import type { Database } from "../../database/open.ts";
import { CovalentError } from "../../model/errors.ts";
import type { AssetStore } from "../../storage/asset-store.ts";
import { ReferencedDigests } from "./referenced-digests.ts";

const PAGE = 1_000;

/**
 * Knows which payloads a registered dispatch refers to and the server does not have. What a registration found missing is
 * remembered until the start; after a restart of the server the manifest is read again instead.
 */
export class MissingAssets {
  readonly #database: Database;
  readonly #store: AssetStore;
  readonly #found = new Map<string, readonly string[]>();

  constructor(database: Database, store: AssetStore) {
    this.#database = database;
    this.#store = store;
  }

  /** Which of the digests are neither in the database nor in the store. */
  async among(digests: readonly string[]): Promise<string[]> {
    const missing: string[] = [];
    for (let start = 0; start < digests.length; start += PAGE) {
      const page = digests.slice(start, start + PAGE);
      const inline = await this.#database.assets.known(page);
      const present = await Promise.all(page.map((digest) => inline.has(digest) || this.#store.has(digest)));
      missing.push(...page.filter((_, index) => !present[index]));
    }
    return missing;
  }

  remember(dispatchId: string, missing: readonly string[]): void {
    this.#found.set(dispatchId, missing);
  }

  /** @throws {CovalentError} `ASSETS_MISSING` with how many are missing, and the first. */
  async checkComplete(dispatchId: string): Promise<void> {
    const missing = await this.among(this.#found.get(dispatchId) ?? (await this.#referencedBy(dispatchId)));
    const [first] = missing;
    if (first !== undefined)
      throw new CovalentError("ASSETS_MISSING", { dispatchId, count: missing.length, first });
    this.#found.delete(dispatchId);
  }

  async #referencedBy(dispatchId: string): Promise<string[]> {
    const { dispatches } = this.#database;
    const digests = new ReferencedDigests();
    const header = await dispatches.header(dispatchId);
    if (header !== undefined) digests.addHeader(header);
    for (let after = -1; ; ) {
      const nodes = await dispatches.nodes(dispatchId, { after, limit: PAGE });
      const last = nodes.at(-1);
      if (last === undefined) return digests.list();
      digests.addNodes(nodes);
      after = last.id;
    }
  }
}
