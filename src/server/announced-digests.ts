import type { ObjectName } from "./object-names.ts";

/** What a client of the original says of bytes before it puts them under a name. */
export interface ClientDigest {
  readonly clientDigest?: string | undefined;
  readonly clientDigestAlg?: string | undefined;
}

const LIMIT = 10_000;

/**
 * Digests that clients announced and whose bytes have not come yet. They are kept for the record only (ours is what counts), so a
 * restart may forget them, and the oldest go when too many wait.
 */
export class AnnouncedDigests {
  readonly #waiting = new Map<string, ClientDigest>();

  announce(name: ObjectName, digest: ClientDigest): void {
    const key = keyOf(name);
    this.#waiting.delete(key);
    this.#waiting.set(key, digest);
    const [oldest] = this.#waiting.keys();
    if (this.#waiting.size > LIMIT && oldest !== undefined) this.#waiting.delete(oldest);
  }

  take(name: ObjectName): ClientDigest {
    const key = keyOf(name);
    const digest = this.#waiting.get(key) ?? {};
    this.#waiting.delete(key);
    return digest;
  }
}

function keyOf({ dispatchId, nodeId, key }: ObjectName): string {
  return `${dispatchId}/${nodeId ?? ""}/${key}`;
}
