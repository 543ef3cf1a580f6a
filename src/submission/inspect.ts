import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Bundle } from "../bundle/bundle.ts";
import type { CodeDigest, CodeDigests } from "../bundle/code-digests/code-digests.ts";
import type { DefinitionId } from "../definition/definition.ts";
import { CovalentError } from "../model/errors.ts";

/** What the child process answers. */
export type Inspection =
  | { readonly digests: readonly (readonly [DefinitionId, CodeDigest])[] }
  | { readonly reason: string; readonly stack: string | undefined };

const inspections = new Map<string, Promise<CodeDigests>>();

/** Evaluating a module only defines things; what takes longer than this waits for something. */
const LIMIT_MS = 60_000;

/**
 * What evaluating a bundle defines, with the digests of its code, found by evaluating it in a process of its own; once for each content.
 * What the module prints is dropped.
 *
 * @param limitMs how long the evaluation may take
 * @throws {CovalentError} `BUNDLE_EVALUATION_FAILED` whose cause has the stack of what the module threw, in the user's files
 * @example
 * const digests = await inspectBundle(await bundleModule("src/select-model.ts"));
 * digests.get("src/select-model.ts#clean")?.isolated; // true
 */
export function inspectBundle(bundle: Bundle, limitMs: number = LIMIT_MS): Promise<CodeDigests> {
  const known = inspections.get(bundle.digest);
  if (known !== undefined) return known;
  const inspection = inspect(bundle, limitMs);
  inspections.set(bundle.digest, inspection);
  // It may have failed for what surrounds it, e.g. a package that is not installed yet.
  inspection.catch(() => inspections.delete(bundle.digest));
  return inspection;
}

async function inspect({ bytes, root, entry }: Bundle, limitMs: number): Promise<CodeDigests> {
  const directory = await mkdtemp(join(tmpdir(), "covalent-bundle-"));
  try {
    const file = join(directory, "bundle.mjs");
    await writeFile(file, bytes);
    const inspection = await ask(
      fork(CHILD, [file, root], { execArgv: [], stdio: ["ignore", "ignore", "ignore", "ipc"] }),
      limitMs,
    );
    if ("digests" in inspection) return new Map(inspection.digests);
    throw evaluationFailed(entry, inspection);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const CHILD = fileURLToPath(new URL(`./inspect-child${extname(import.meta.url)}`, import.meta.url));

async function ask(child: ChildProcess, limitMs: number): Promise<Inspection> {
  const ended = once(child, "exit");
  const late = setTimeout(() => child.kill("SIGKILL"), limitMs);
  const startedAt = performance.now();
  let answer: Inspection | undefined;
  child.on("message", (message) => {
    answer = message as Inspection;
  });
  try {
    const [code, signal]: (number | string | null)[] = await ended;
    if (answer !== undefined) return answer;
    const isLate = performance.now() - startedAt >= limitMs;
    const how = signal === null ? `exit code ${code}` : String(signal);
    const reason = isLate ? `it was not done after ${limitMs / 1_000} s` : `it ended its process (${how})`;
    return { reason, stack: undefined };
  } finally {
    clearTimeout(late);
  }
}

function evaluationFailed(
  entry: string,
  { reason, stack }: Exclude<Inspection, { digests: unknown }>,
): CovalentError {
  if (stack === undefined)
    return new CovalentError("BUNDLE_EVALUATION_FAILED", { reason: `${reason} (in ${entry})` });
  const cause = new Error(reason);
  cause.stack = stack;
  return new CovalentError("BUNDLE_EVALUATION_FAILED", { reason }, { cause });
}
