import { setImmediate as nextTurn } from "node:timers/promises";
import type { Database } from "../../database/open.ts";
import { CovalentError } from "../../model/errors.ts";
import type { AssetStore } from "../../storage/asset-store.ts";
import { objectNameOf } from "../object-names.ts";
import { AwaitedDigests } from "./awaited-digests.ts";
import { AssetReferences } from "./referenced-assets.ts";

const PAGE = 200;

/**
 * Knows which assets a registered dispatch refers to and the server does not have. Which digests a registration found missing is
 * remembered until the start, within bounds; when it is forgotten, as by a restart of the server, the manifest is read again.
 */
export class MissingAssets {
  readonly #database: Database;
  readonly #store: AssetStore;
  readonly #awaited: AwaitedDigests;

  /** `limit` bounds how many digests are remembered. */
  constructor(database: Database, store: AssetStore, limit: number) {
    this.#database = database;
    this.#store = store;
    this.#awaited = new AwaitedDigests(limit);
  }

  /** Notes the digests that a dispatch refers to; those of its manifest when they are `null`. Answers with those to be uploaded. */
  async expect(dispatchId: string, digests: readonly string[] | null): Promise<readonly string[]> {
    const missing = await this.#absent(digests ?? (await this.#referencedBy(dispatchId)));
    this.#awaited.set(dispatchId, missing);
    return missing;
  }

  /** @throws {CovalentError} `ASSETS_MISSING` with how many are missing, and the first. */
  async checkComplete(dispatchId: string): Promise<void> {
    const digests = this.#awaited.get(dispatchId) ?? (await this.#referencedBy(dispatchId));
    const absent = await this.#absent(digests);
    const pending = await this.#database.assets.pending(dispatchId);
    const [first = pending.first && objectNameOf({ dispatchId, ...pending.first })] = absent;
    const count = absent.length + pending.count;
    if (count > 0) throw new CovalentError("ASSETS_MISSING", { dispatchId, count, first });
    this.#awaited.delete(dispatchId);
  }

  /** Which of the digests are neither in the database nor in the store. */
  async #absent(digests: readonly string[]): Promise<string[]> {
    const missing: string[] = [];
    for (let start = 0; start < digests.length; start += PAGE) {
      const page = digests.slice(start, start + PAGE);
      const stored = await Promise.all(page.map((digest) => this.#store.has(digest)));
      const others = page.filter((_, index) => !stored[index]);
      // What travels by its digest alone is large: it is nearly always in the store.
      const inline = others.length === 0 ? new Set() : await this.#database.assets.known(others);
      missing.push(...others.filter((digest) => !inline.has(digest)));
      await nextTurn();
    }
    return missing;
  }

  async #referencedBy(dispatchId: string): Promise<readonly string[]> {
    const { dispatches } = this.#database;
    const references = new AssetReferences();
    const header = await dispatches.header(dispatchId);
    if (header !== undefined) references.addHeader(header);
    for (let after = -1; ; ) {
      const nodes = await dispatches.nodes(dispatchId, { after, limit: PAGE });
      const last = nodes.at(-1);
      if (last === undefined) break;
      references.addNodes(nodes);
      after = last.id;
      await nextTurn();
    }
    return references.all();
  }
}
