import type { TaskMessage, TaskPayload } from "../../worker/protocol.ts";
import type { AttemptSpec } from "../executor.ts";

export interface PackedTask {
  readonly task: TaskMessage;
  /** The bytes of the small payloads, in the order of `task.payloads`. */
  readonly body: readonly Uint8Array[];
}

/** An attempt as it is sent to a worker: small payloads as bytes, large ones as paths into the store. */
export function packTask(spec: AttemptSpec, pathOf: (digest: string) => string): PackedTask {
  const body: Uint8Array[] = [];
  const payloads: TaskPayload[] = [];
  for (const [digest, { codec, inline }] of spec.payloads) {
    payloads.push({
      digest,
      codec,
      path: inline === undefined ? pathOf(digest) : null,
      length: inline?.length ?? 0,
    });
    if (inline !== undefined) body.push(inline);
  }
  const { token, dispatchId, nodeId, name, args, timeoutMs, workdir, env } = spec;
  const { bundle, electron, projectRoot } = spec.code;
  const code = { bundlePath: pathOf(bundle), electron, projectRoot };
  return {
    task: { kind: "task", token, dispatchId, nodeId, name, ...code, args, payloads, timeoutMs, workdir, env },
    body,
  };
}
