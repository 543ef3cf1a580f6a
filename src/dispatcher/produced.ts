import type { ProducedPayload } from "../executors/executor.ts";
import { INLINE_LIMIT, type PayloadRef } from "../model/payload.ts";
import type { AssetStore } from "../storage/asset-store.ts";

/**
 * Puts what an attempt or a structural node made where it belongs: small payloads stay inline and go to the database, large ones
 * to the store. It comes before the commit that refers to them: if the process dies in between, an unused file is left in the
 * store, and the attempt's outcome is told again.
 */
export async function keepPayload(produced: ProducedPayload, store: AssetStore): Promise<PayloadRef> {
  const { file, ...payload } = produced;
  if (file !== undefined) {
    // Told a second time after a crash, the file has moved already.
    if (!(await store.has(payload.digest))) await store.adopt(file, payload.digest, { trusted: true });
    return payload;
  }
  if (payload.inline === undefined || payload.inline.byteLength <= INLINE_LIMIT) return payload;
  const { inline, ...reference } = payload;
  await store.put(once(inline), payload.digest);
  return reference;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** True when {@link keepPayload} has nothing to do: the hot path of small results does not leave the tick. */
export function isKept(produced: ProducedPayload): boolean {
  return (
    produced.file === undefined &&
    (produced.inline === undefined || produced.inline.byteLength <= INLINE_LIMIT)
  );
}
