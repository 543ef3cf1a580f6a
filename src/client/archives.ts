import type { IncomingMessage } from "node:http";
import type { Transport } from "./transport.ts";

/** Dispatches as files. */
export interface ArchiveClient {
  /** The file of a dispatch that has ended, as it comes. @throws {CovalentError} `DISPATCH_NOT_FOUND`, `EXPORT_NOT_ENDED` */
  export(dispatchId: string): Promise<IncomingMessage>;
  /** @throws {CovalentError} `ARCHIVE_INVALID`, `ARCHIVE_VERSION`, `ARCHIVE_CONFLICT` */
  import(file: AsyncIterable<Uint8Array>): Promise<ImportAnswer>;
}

export interface ImportAnswer {
  readonly dispatch_id: string;
  readonly name: string;
  /** False: it was there already, and is left as it is. */
  readonly imported: boolean;
  /** With those of its sublattices. */
  readonly dispatches: number;
  readonly nodes: number;
  readonly assets: number;
}

export function archiveClient(transport: Transport): ArchiveClient {
  return {
    export: (dispatchId) =>
      transport.open({ method: "GET", path: `/api/v2/dispatches/${encodeURIComponent(dispatchId)}/archive` }),
    import: (file) =>
      transport.json<ImportAnswer>({
        method: "POST",
        path: "/api/v2/archives",
        headers: { "content-type": "application/gzip" },
        body: file,
      }),
  };
}
