import { readFileSync } from "node:fs";
import type { LoadedBundle } from "../bundle/load.ts";
import { faultKind } from "../leptons/lepton-fault.ts";
import type { Failure, FailureKind } from "../model/failure.ts";
import { insideContext, type TaskContext } from "../sdk/context.ts";
import { lineLogger } from "../sdk/task-logger.ts";
import { resolveTemplate } from "../serialization/resolve-template.ts";
import { failureOf } from "./attempt-failure.ts";
import { keepOutput } from "./keep-output.ts";
import { bundleOf } from "./loaded-bundles.ts";
import type { AttemptMessage, ReportedOutcome } from "./protocol.ts";
import { retryVerdict } from "./retry-verdict.ts";
import { sourceExcerpt } from "./source-excerpt.ts";
import { workOf } from "./work.ts";

/** How an attempt ended. */
export interface AttemptEnd {
  readonly outcome: ReportedOutcome;
  /** The bytes of a small output. */
  readonly body?: Uint8Array;
  /** The code could not be loaded. Node remembers modules that failed, so that in this process they fail for ever. */
  readonly unloadable?: boolean;
}

/** What an attempt is given by the process it runs in. */
export interface AttemptSurroundings {
  readonly stagingDirectory: string;
  /** The signal that says when it is to end; asked for when the task asks for it. */
  readonly signal: () => AbortSignal;
  /** Called when the code is loaded, before the function itself runs. */
  readonly loaded: () => void;
}

/**
 * Runs one attempt: loads its code, reads its arguments, calls the function and serialises what it returns. Whatever goes wrong is
 * an outcome that says on which of these steps; it never rejects.
 *
 * @param inline the bodies of the payloads that travelled with the attempt, one behind the other
 */
export async function runAttempt(
  attempt: AttemptMessage,
  inline: Buffer,
  { stagingDirectory, signal, loaded }: AttemptSurroundings,
): Promise<AttemptEnd> {
  let step: FailureKind = "code";
  let bundle: LoadedBundle | undefined;
  const context = contextOf(attempt, signal);
  try {
    bundle = await bundleOf(attempt);
    const work = workOf(bundle, attempt);
    loaded();
    step = "input";
    const load = payloadReader(attempt, inline);
    const args: unknown[] = [];
    // Each anew: arguments must not share what one of them may change.
    for (const template of attempt.args) args.push(await resolveTemplate(template, load));
    step = "user-error";
    const result = await insideContext(context, () => work(args));
    step = "output";
    const { output, ...kept } = keepOutput(await result(), attempt.token, stagingDirectory);
    return { outcome: { status: "completed", output }, ...kept };
  } catch (error) {
    step = faultKind(error) ?? step;
    const failure = withSource(failureOf(step, error), bundle);
    if (bundle === undefined) return { outcome: { status: "failed", failure }, unloadable: true };
    const retryable =
      step === "user-error" ? await retryVerdict(bundle, attempt.electron, error, context) : undefined;
    return {
      outcome: { status: "failed", failure: retryable === undefined ? failure : { ...failure, retryable } },
    };
  }
}

function withSource(failure: Failure, bundle: LoadedBundle | undefined): Failure {
  const { stack } = failure;
  if (bundle === undefined || stack === undefined) return failure;
  const source = sourceExcerpt(stack, (file) => bundle.sourceText(file));
  return source === undefined ? failure : { ...failure, source };
}

/** The signal is only made for a task that asks for it: whether one did decides how it is ended. */
function contextOf({ dispatchId, nodeId, number }: AttemptMessage, signal: () => AbortSignal): TaskContext {
  return {
    dispatchId,
    nodeId,
    attempt: number,
    get signal() {
      return signal();
    },
    logger: lineLogger,
  };
}

function payloadReader({ payloads }: AttemptMessage, inline: Buffer): (digest: string) => Uint8Array {
  const values = new Map<string, () => Uint8Array>();
  let offset = 0;
  for (const { digest, codec, path, length } of payloads) {
    const from = offset;
    if (path === null) offset += length;
    values.set(digest, () => {
      if (codec !== "value" && codec !== "template")
        throw new TypeError(`the input ${digest} is a ${codec}, which only its own language can read`);
      return path === null ? inline.subarray(from, from + length) : readFileSync(path);
    });
  }
  return (digest) => {
    const read = values.get(digest);
    if (read === undefined) throw new Error(`the input ${digest} did not come with the attempt`);
    return read();
  };
}
