import type { RowId } from "./change.ts";
import type { PayloadRef } from "./payload.ts";

/** A dispatch that a sublattice node becomes, as the attempt that built it left it. */
export interface NewSubDispatch {
  /** Follows from the attempt's token: registering it again is registering nothing. */
  readonly dispatchId: string;
  /** A manifest file (manifest-file.ts), inline or in a file of the store's staging directory. */
  readonly manifest: PayloadRef & { readonly file?: string };
  readonly parent: {
    /** The node's row. */
    readonly node: RowId;
    readonly rootDispatchId: string;
    /** Inherited: the sub-dispatch has them too. */
    readonly tags: readonly string[];
    /** Inherited when the lattice has none of its own. */
    readonly priority: number;
    /** The node's: a deadline that the sub-dispatch has, where its lattice has none that is sooner. */
    readonly timeoutMs?: number | undefined;
  };
}
