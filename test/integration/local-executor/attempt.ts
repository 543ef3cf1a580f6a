import type { AttemptCode, AttemptSpec } from "../../../src/executors/executor.ts";
import { newAttemptToken } from "../../../src/model/ids.ts";
import type { PayloadRef } from "../../../src/model/payload.ts";
import type { Template } from "../../../src/model/template.ts";
import { serialize } from "../../../src/serialization/serialize.ts";

/** An attempt at an electron with plain values as arguments. */
export function attemptOf(
  code: (electron: string) => AttemptCode,
  electron: string,
  args: readonly unknown[],
  more: Partial<AttemptSpec> = {},
): AttemptSpec {
  const payloads = new Map<string, PayloadRef>();
  const templates = args.map((value): Template => {
    const { bytes, digest, size, codec } = serialize(value);
    payloads.set(digest, { digest, size, codec, inline: bytes });
    return { ref: digest, size };
  });
  return {
    token: newAttemptToken(),
    dispatchId: "dispatch-1",
    nodeId: 7,
    number: 1,
    name: electron,
    code: code(electron),
    args: templates,
    payloads,
    timeoutMs: null,
    workdir: null,
    env: {},
    ...more,
  };
}
