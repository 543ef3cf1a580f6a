import type { ArchiveAsset, ArchiveDispatch, ArchiveEdge, ArchiveNode } from "../../model/archive.ts";

/** Dispatches as records (model/archive.ts): all that is stored of them, read page by page, and written again on another server. */
export interface ArchiveRepository {
  /** A dispatch and those of its sublattices at any depth, outer ones first. Deleted ones are left out. */
  dispatches(dispatchId: string): Promise<readonly StoredDispatchRecord[]>;
  /** Its nodes behind the first `offset`, in order. */
  nodes(of: StoredDispatchRecord, page: RecordPage): Promise<readonly StoredNodeRecord[]>;
  edges(of: StoredDispatchRecord, page: RecordPage): Promise<readonly ArchiveEdge[]>;
  /** Begins to store a dispatch with those of its sublattices. */
  begin(): ArchiveImport;
  /** What an id that is to be imported already stands for. */
  standing(dispatchId: string): Promise<"free" | "visible" | "deleted" | "registering">;
}

export interface RecordPage {
  readonly offset: number;
  readonly limit: number;
}

/** An asset whose bytes are still where they are stored. */
export interface StoredAssetRecord extends Omit<ArchiveAsset, "content"> {
  readonly inline: Uint8Array | null;
  /** Where the original left it. */
  readonly file: { readonly storagePath: string; readonly objectKey: string } | null;
}

export interface StoredDispatchRecord extends Omit<ArchiveDispatch, "assets"> {
  /** Where the repository finds it. */
  readonly place: {
    readonly lattice: number;
    readonly firstElectron: number | null;
    readonly firstLink: number | null;
  };
  readonly assets: readonly StoredAssetRecord[];
}

export interface StoredNodeRecord extends Omit<ArchiveNode, "assets"> {
  readonly assets: readonly StoredAssetRecord[];
}

/**
 * Dispatches that are being imported: a dispatch, its nodes, its edges, then the next. Nobody sees any of them before `finish`, and
 * then all at once; if the process dies before, what there is of them is removed when the database is next opened.
 */
export interface ArchiveImport {
  /** @throws {CovalentError} `ARCHIVE_INVALID`, `ARCHIVE_CONFLICT` */
  dispatch(record: ArchiveDispatch): Promise<void>;
  nodes(records: readonly ArchiveNode[]): Promise<void>;
  edges(records: readonly ArchiveEdge[]): Promise<void>;
  finish(): Promise<void>;
  abort(): Promise<void>;
}
