import type { AttemptMessage, AttemptPayload } from "../../worker/protocol.ts";
import type { AttemptSpec, BundledCode } from "../executor.ts";
import type { PackedAttempt } from "../pool/worker-kind.ts";

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
  const { kind: task, bundle, electron, projectRoot, inherits = null } = bundledCodeOf(spec);
  const node = { token, dispatchId, nodeId, number, name };
  const code = { task, bundle, bundlePath: pathOf(bundle), electron, projectRoot, inherits };
  const message: AttemptMessage = {
    kind: "attempt",
    ...node,
    ...code,
    args,
    payloads,
    timeoutMs,
    workdir,
    env,
  };
  return { message, body };
}

function bundledCodeOf({ code, name }: AttemptSpec): BundledCode {
  if (code.kind === "pickle") throw new TypeError(`${name} is not written in TypeScript`);
  return code;
}
