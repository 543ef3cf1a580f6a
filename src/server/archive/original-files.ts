import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import type { StoredAssetRecord } from "../../database/repositories/archive-repository.ts";
import type { PayloadCodec } from "../../model/payload.ts";
import type { ObjectName } from "../object-names.ts";
import { openOldFile } from "../old-file.ts";
import type { Services } from "../services.ts";

export type FoundFile = NonNullable<StoredAssetRecord["file"]>;

/** A file of the original's, open, and what it is. */
export interface IdentifiedFile extends AsyncDisposable {
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  readonly codec: PayloadCodec;
  read(): AsyncIterable<Uint8Array>;
}

const PICKLED = /\.(pkl|tobj)$/i;

/**
 * Reads a file once to know its digest. `undefined` when it is gone, or none that may be read.
 */
export async function findFile(
  file: FoundFile,
  name: ObjectName,
  { resultsDir }: Services,
): Promise<IdentifiedFile | undefined> {
  const handle = await openOldFile({ ...file, name, resultsDir, isUnmeasured: false });
  if (handle === undefined) return undefined;
  const hash = createHash("sha256");
  let size = 0;
  let isText = !PICKLED.test(file.objectKey);
  for await (const chunk of handle.createReadStream({ autoClose: false, start: 0 })) {
    hash.update(chunk);
    // What is longer than one piece is shown as bytes.
    isText &&= size === 0 && isUtf8(chunk);
    size += chunk.length;
  }
  return {
    digest: hash.digest("hex"),
    size,
    codec: isText ? "text" : "pickle",
    async *read() {
      // The header in front of it tells a length: what was added meanwhile is left out.
      if (size > 0) yield* handle.createReadStream({ autoClose: false, start: 0, end: size - 1 });
    },
    [Symbol.asyncDispose]: () => handle.close(),
  };
}
