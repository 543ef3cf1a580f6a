import type { PayloadRef } from "../model/payload.ts";
import type { DispatchState } from "./dispatch-state.ts";

/** What a dispatch knows of these payloads. @throws when there is one that it does not know. */
export function knownPayloads(state: DispatchState, digests: Iterable<string>): PayloadRef[] {
  return Array.from(digests, (digest) => {
    const payload = state.payload(digest);
    if (payload === undefined)
      throw new Error(`dispatch ${state.stored.dispatchId} knows no payload ${digest}`);
    return payload;
  });
}
