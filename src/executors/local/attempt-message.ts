import type { AttemptMessage, AttemptPayload } from "../../worker/protocol.ts";
import type { AttemptSpec } from "../executor.ts";

export interface PackedAttempt {
  readonly message: AttemptMessage;
  /** The bytes of the small payloads, in the order of `message.payloads`. */
  readonly body: readonly Uint8Array[];
}

/** An attempt as it is sent to a worker: small payloads as bytes, large ones as paths into the store. */
export function packAttempt(spec: AttemptSpec, pathOf: (digest: string) => string): PackedAttempt {
  const body: Uint8Array[] = [];
  const payloads: AttemptPayload[] = [];
  for (const [digest, { codec, inline }] of spec.payloads) {
    payloads.push({
      digest,
      codec,
      path: inline === undefined ? pathOf(digest) : null,
      length: inline?.length ?? 0,
    });
    if (inline !== undefined) body.push(inline);
  }
  const { token, dispatchId, nodeId, number, name, args, timeoutMs, workdir, env } = spec;
  const { kind: task, bundle, electron, projectRoot, inherits = null } = spec.code;
  const node = { token, dispatchId, nodeId, number, name };
  const code = { task, bundle, bundlePath: pathOf(bundle), electron, projectRoot, inherits };
  return { message: { kind: "attempt", ...node, ...code, args, payloads, timeoutMs, workdir, env }, body };
}
