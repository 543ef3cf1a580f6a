/**
 * Removing deleted dispatches for good. First their graphs go, then the assets that nothing else refers to, then the database gives
 * its free room back. Each step can be done again: whatever the process was killed in, the next purge finishes it.
 */
import type { Database } from "../database/open.ts";
import type { Logger } from "../model/logger.ts";
import type { AssetStore } from "../storage/asset-store.ts";

export interface PurgingOptions {
  readonly database: Database;
  readonly store: AssetStore;
  readonly logger: Logger;
}

export interface Purged {
  /** With those of sublattices. */
  readonly dispatches: number;
  /** Values and logs that went. */
  readonly assets: number;
  /** Files of the asset store that went. */
  readonly files: number;
  /** Bytes that the disk has again, of files and of the database. */
  readonly freed: number;
  /** Files that somebody has used a moment ago: they go in a while. */
  readonly postponed: number;
}

/** How many deleted dispatches are read at once. */
const PAGE = 200;
/** When what was postponed is tried again. */
const AGAIN_MS = 30_000;

export class Purging {
  readonly #options: PurgingOptions;
  #last: Promise<unknown> = Promise.resolve();
  #again: NodeJS.Timeout | undefined;

  constructor(options: PurgingOptions) {
    this.#options = options;
  }

  /**
   * Removes these dispatches, all deleted ones when none are named. One purge at a time.
   *
   * @throws {CovalentError} `DISPATCH_NOT_FOUND`, `PURGE_NOT_DELETED`
   */
  purge(dispatchIds: readonly string[] | undefined): Promise<Purged> {
    const purged = this.#last.then(async () => {
      const { trash } = this.#options.database;
      const before = await trash.size();
      const dispatches = await this.#removeDispatches(dispatchIds);
      const collected = await this.#collect();
      await trash.shrink();
      const shrunk = Math.max(0, before - (await trash.size()));
      return { dispatches, ...collected, freed: collected.freed + shrunk };
    });
    this.#last = purged.catch(() => undefined);
    return purged;
  }

  /**
   * Removes what nothing refers to, such as the files of an import that failed, with nobody waiting for it. If the server ends before, the
   * next purge does it.
   */
  tidy(): void {
    this.#last = this.#last
      .then(() => this.#collect())
      .catch((err: unknown) => this.#options.logger.warn({ err }, "unused files could not be removed"));
  }

  /** Resolves when nothing is under way any more. */
  async close(): Promise<void> {
    clearTimeout(this.#again);
    await this.#last;
    clearTimeout(this.#again);
  }

  async #removeDispatches(dispatchIds: readonly string[] | undefined): Promise<number> {
    const { trash } = this.#options.database;
    let removed = 0;
    if (dispatchIds !== undefined) {
      for (const id of dispatchIds) removed += await trash.purge(id);
      return removed;
    }
    for (;;) {
      const { items } = await trash.list({ offset: 0, count: PAGE });
      if (items.length === 0) return removed;
      for (const { dispatchId } of items) removed += await trash.purge(dispatchId);
    }
  }

  async #collect(): Promise<Omit<Purged, "dispatches">> {
    const { database, store } = this.#options;
    const read = async (digest: string) =>
      (await store.size(digest)) === undefined
        ? undefined
        : Buffer.concat(await Array.fromAsync(await store.read(digest)));
    const stored = await Array.fromAsync(store.digests());
    const { unneeded, assets } = await database.trash.collect(stored, read);
    let freed = 0;
    let removed = 0;
    for (const digest of unneeded) {
      const bytes = await store.remove(digest);
      if (bytes === undefined) continue;
      freed += bytes;
      removed += 1;
    }
    const postponed = unneeded.size - removed;
    if (postponed > 0) this.#collectAgain();
    return { assets, files: removed, freed, postponed };
  }

  /** Nobody waits for it; if the server ends before, the next purge does it. */
  #collectAgain(): void {
    clearTimeout(this.#again);
    this.#again = setTimeout(() => this.tidy(), AGAIN_MS);
    this.#again.unref();
  }
}
