import type { StoredAsset } from "../storage/asset-store.ts";
import { type AnnouncedPayload, verified } from "./announced-payload.ts";
import { checkUnsealed } from "./found-dispatch.ts";
import { receivePayload } from "./incoming-payload.ts";
import { codecOf, type ObjectName, objectNameOf } from "./object-names.ts";
import type { Services } from "./services.ts";

/**
 * Stores bytes by their content and lets a name point to them.
 *
 * @param announced what the client said of them in other requests than its manifest
 * @throws {CovalentError} `ASSET_CORRUPT` when they are not what was announced, `ASSET_SEALED` when the name stands for something that
 *   has ended, `DISPATCH_NOT_FOUND`, `NODE_NOT_FOUND`
 */
export async function storeNamed(
  name: ObjectName,
  bytes: AsyncIterable<Uint8Array>,
  announced: AnnouncedPayload | undefined,
  services: Services,
): Promise<StoredAsset> {
  const { database, store } = services;
  await checkUnsealed(name, services);
  const promised = announced ?? (await registeredPayload(name, services));
  const what = `file ${objectNameOf(name) ?? name.key}`;
  const payload = await receivePayload(verified(bytes, promised, what), codecOf(name), store);
  // Again: the node may have ended while the bytes came.
  await checkUnsealed(name, services);
  const { clientDigest, clientDigestAlg } = promised;
  const assigned = { payload, clientDigest, clientDigestAlg };
  await database.assets.assign(name.dispatchId, name.nodeId, name.key, assigned);
  return { digest: payload.digest, size: payload.size };
}

/** What a manifest promised of these bytes: the digest stays on record beside ours when they come. */
async function registeredPayload(
  { dispatchId, nodeId, key }: ObjectName,
  { database }: Services,
): Promise<AnnouncedPayload> {
  const promised = await database.assets.find(dispatchId, nodeId, key);
  // What is announced as empty has not been made yet.
  if (promised?.storageType !== "pending" || !promised.size) return {};
  return {
    clientDigest: promised.clientDigest ?? undefined,
    clientDigestAlg: promised.clientDigestAlg ?? undefined,
    size: promised.size,
  };
}
