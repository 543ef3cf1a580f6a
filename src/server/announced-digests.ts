import type { AnnouncedPayload } from "./announced-payload.ts";
import type { ObjectName } from "./object-names.ts";

const LIMIT = 10_000;

/**
 * What clients of the original announced under a name and have not sent yet. A restart forgets it, and the oldest go when too many
 * wait: those bytes are then verified by our own digest only, like all.
 */
export class AnnouncedDigests {
  readonly #waiting = new Map<string, AnnouncedPayload>();

  announce(name: ObjectName, payload: AnnouncedPayload): void {
    const key = keyOf(name);
    this.#waiting.delete(key);
    if (payload.clientDigest === undefined && !payload.size) return;
    this.#waiting.set(key, payload);
    const [oldest] = this.#waiting.keys();
    if (this.#waiting.size > LIMIT && oldest !== undefined) this.#waiting.delete(oldest);
  }

  of(name: ObjectName): AnnouncedPayload | undefined {
    return this.#waiting.get(keyOf(name));
  }

  /** The bytes have come. */
  settle(name: ObjectName): void {
    this.#waiting.delete(keyOf(name));
  }
}

function keyOf({ dispatchId, nodeId, key }: ObjectName): string {
  return `${dispatchId}/${nodeId ?? ""}/${key}`;
}
