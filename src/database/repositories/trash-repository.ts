import type { ShownStatus } from "./dashboard-repository.ts";

/** Dispatches that were deleted: nobody sees them, and they can be brought back until they are removed for good. */
export interface TrashRepository {
  /** Those that are no sublattices', latest deleted first. */
  list(page: {
    readonly offset: number;
    readonly count: number;
  }): Promise<{ readonly items: readonly DeletedDispatch[]; readonly total: number }>;
  /**
   * Removes a deleted dispatch with those of its sublattices: its graph and attempts are gone, its assets are nobody's from then on
   * (see {@link collect}). Once it has begun it cannot be brought back; if the process dies, it is finished when the database is
   * next opened.
   *
   * @returns how many dispatches were removed
   * @throws {CovalentError} `DISPATCH_NOT_FOUND` when there is none, `PURGE_NOT_DELETED` when it is still to be seen
   */
  purge(dispatchId: string): Promise<number>;
  /**
   * Removes the rows of assets that nothing has any more, and tells which of some digests nothing needs. What a template refers to
   * is needed as long as the template is.
   *
   * @param stored the digests that are asked about
   * @param read the bytes of a digest that is not in the database
   */
  collect(
    stored: Iterable<string>,
    read: (digest: string) => Promise<Uint8Array | undefined>,
  ): Promise<{ readonly unneeded: ReadonlySet<string>; readonly assets: number }>;
  /** Gives the room of what was removed back to the disk. Writing waits meanwhile. */
  shrink(): Promise<void>;
  /** Bytes of the database on the disk. */
  size(): Promise<number>;
}

export interface DeletedDispatch {
  readonly dispatchId: string;
  readonly name: string;
  readonly status: ShownStatus;
  readonly nodes: number;
  /** As stored. */
  readonly deletedAt: string;
}
