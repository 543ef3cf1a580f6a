import { hash } from "node:crypto";
import { INLINE_LIMIT, type PayloadCodec, type PayloadRef } from "../model/payload.ts";
import type { AssetStore } from "../storage/asset-store.ts";

/** Takes in bytes of unknown length: small ones come back inline, large ones stream to the store and never fill the memory. */
export async function receivePayload(
  source: AsyncIterable<Uint8Array>,
  codec: PayloadCodec,
  store: AssetStore,
): Promise<PayloadRef> {
  const chunks = source[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  let size = 0;
  while (size <= INLINE_LIMIT) {
    const next = await chunks.next();
    if (next.done) {
      const inline = Buffer.concat(head);
      return { digest: hash("sha256", inline, "hex"), size, codec, inline };
    }
    head.push(next.value);
    size += next.value.length;
  }
  return { ...(await store.put(resumed(head, chunks))), codec };
}

async function* resumed(
  head: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield* head;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}
