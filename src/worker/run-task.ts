import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type LoadedBundle, loadBundle } from "../bundle/load.ts";
import type { FailureKind } from "../model/failure.ts";
import { INLINE_LIMIT, type PayloadRef } from "../model/payload.ts";
import type { PlainFunction } from "../sdk/handle-types.ts";
import { resolveTemplate } from "../serialization/resolve-template.ts";
import { serialize } from "../serialization/serialize.ts";
import type { TaskMessage, TaskOutcome } from "./protocol.ts";
import { failureOf } from "./task-failure.ts";

/** How a task ended, with the bytes of a small output. */
export interface TaskEnd {
  readonly outcome: TaskOutcome;
  readonly body?: Uint8Array;
}

/**
 * Runs one task: loads its code, reads its arguments, calls the function and serialises what it returns. Whatever goes wrong is
 * an outcome that says on which of these steps; it never rejects.
 *
 * @param inline the bodies of the payloads that travelled with the task, one behind the other
 * @param loaded called when the code is loaded, before anything of the task itself runs
 */
export async function runTask(
  task: TaskMessage,
  inline: Buffer,
  stagingDirectory: string,
  loaded: () => void,
): Promise<TaskEnd> {
  let step: FailureKind = "code";
  try {
    const call = await loadFunction(task);
    loaded();
    step = "input";
    const load = payloadReader(task, inline);
    const args: unknown[] = [];
    // Each anew: arguments must not share what one of them may change.
    for (const template of task.args) args.push(await resolveTemplate(template, load));
    step = "user-error";
    const value = await Reflect.apply(call, undefined, args);
    step = "output";
    return keepOutput(value, task.token, stagingDirectory);
  } catch (error) {
    return { outcome: { status: "failed", failure: failureOf(step, error) } };
  }
}

/** By path, which names the content, and project; a bundle that failed to load fails again without being run again. */
const bundles = new Map<string, Promise<LoadedBundle>>();

function bundleOf({ bundlePath, projectRoot }: TaskMessage): Promise<LoadedBundle> {
  const key = `${bundlePath}\0${projectRoot}`;
  const bundle = bundles.get(key) ?? loadBundle(bundlePath, { projectRoot });
  bundles.set(key, bundle);
  return bundle;
}

async function loadFunction(task: TaskMessage): Promise<PlainFunction> {
  const bundle = await bundleOf(task);
  const electron = bundle.electron(task.electron);
  if (electron === undefined) {
    throw new Error(
      `the bundle has no electron ${task.electron}; it has ${bundle.ids().join(", ") || "none"}. An electron must be defined by evaluating its module.`,
    );
  }
  return electron.function;
}

function payloadReader(task: TaskMessage, inline: Buffer): (digest: string) => Uint8Array {
  const values = new Map<string, () => Uint8Array>();
  let offset = 0;
  for (const { digest, codec, path, length } of task.payloads) {
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
    if (read === undefined) throw new Error(`the input ${digest} did not come with the task`);
    return read();
  };
}

function keepOutput(value: unknown, token: string, stagingDirectory: string): TaskEnd {
  const { bytes, digest, size, codec, text } = serialize(value);
  const output = { digest, size, codec, text } satisfies Partial<PayloadRef>;
  if (size <= INLINE_LIMIT) {
    return { outcome: { status: "completed", output: { ...output, file: null } }, body: bytes };
  }
  // Under its final name only when it is whole: the spool names it, and whoever reads the spool takes the file as it is.
  const file = join(stagingDirectory, `output-${token}`);
  writeFileSync(`${file}.part`, bytes, { mode: 0o600 });
  renameSync(`${file}.part`, file);
  return { outcome: { status: "completed", output: { ...output, file } } };
}
