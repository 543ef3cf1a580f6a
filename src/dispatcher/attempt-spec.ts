import type { Journal } from "../database/journal.ts";
import type { AttemptSpec, BundledCode } from "../executors/executor.ts";
import type { StoredNode } from "../model/change.ts";
import { INLINE_LIMIT, type PayloadRef } from "../model/payload.ts";
import { digestOf, type Reference, referencesOf } from "../model/template.ts";
import type { DispatchState } from "./dispatch-state.ts";
import { knownPayloads } from "./known-payloads.ts";
import { pickledAttempt, pickledWorkdir } from "./pickled-code.ts";
import { argumentsOf } from "./structural.ts";

/** An attempt of a node that is not written in a way we can run. */
export class NotRunnable extends Error {}

export interface AttemptId {
  readonly number: number;
  readonly token: string;
  /** It does not run the node: it asks for the key under which its result may be cached. */
  readonly asksForKey?: boolean;
}

/**
 * Everything an executor needs to run a node once. The bytes of small payloads that were not kept in memory are read from the
 * database; large ones stay in the store, where the worker reads them.
 *
 * @throws {NotRunnable} when the node names no electron of a bundle
 */
export async function attemptSpec(
  state: DispatchState,
  node: StoredNode,
  { asksForKey, ...attempt }: AttemptId,
  journal: Journal,
): Promise<AttemptSpec> {
  const { stored } = state;
  const own = {
    number: attempt.number,
    token: attempt.token,
    dispatchId: stored.dispatchId,
    nodeId: node.nodeId,
    name: node.name,
    timeoutMs: node.options.timeout_ms ?? null,
    workdir: node.options.workdir ?? stored.workdir,
    env: node.options.env ?? {},
  };
  const pickled = pickledAttempt(state, node);
  if (pickled !== undefined) {
    const { code, payloads } = pickled;
    const workdir = own.workdir ?? pickledWorkdir(node);
    return { ...own, workdir, code, args: [], payloads: await withInline(payloads, journal) };
  }
  const bundle = node.bundle ?? stored.bundle;
  if (bundle === null || node.electron === null) {
    throw new NotRunnable(`${node.name} has no code that this server can run (${stored.language})`);
  }
  const { projectRoot, executor, workflowExecutor } = stored;
  const code: BundledCode = {
    kind: asksForKey ? "cache-key" : codeKind(node),
    bundle,
    electron: node.electron,
    projectRoot,
  };
  const args = argumentsOf(state, node.nodeId);
  return {
    ...own,
    code: node.type === "sublattice" ? { ...code, inherits: { executor, workflowExecutor } } : code,
    args,
    payloads: await withInline(knownPayloads(state, digestsBehind(state, args)), journal),
  };
}

function codeKind({ type, options }: StoredNode): BundledCode["kind"] {
  if (type !== "sublattice") return "electron";
  return options.map === true ? "map" : "sublattice";
}

/** Every payload that the arguments refer to, directly or through templates, each once. */
function digestsBehind(state: DispatchState, args: readonly Reference[]): ReadonlySet<string> {
  const digests = new Set<string>();
  const open = [...args];
  for (let reference = open.pop(); reference !== undefined; reference = open.pop()) {
    const digest = digestOf(reference);
    if (digests.has(digest)) continue;
    digests.add(digest);
    const assembly = "template" in reference ? state.assembly(digest) : undefined;
    if (assembly !== undefined) for (const item of referencesOf(assembly)) open.push(item);
  }
  return digests;
}

async function withInline(found: readonly PayloadRef[], journal: Journal): Promise<Map<string, PayloadRef>> {
  const payloads = new Map(found.map((payload) => [payload.digest, payload]));
  const unread = found.filter(({ inline, size }) => inline === undefined && size <= INLINE_LIMIT);
  if (unread.length === 0) return payloads;
  for (const [digest, inline] of await journal.inlineContent(unread.map((each) => each.digest))) {
    const payload = payloads.get(digest);
    if (payload !== undefined) payloads.set(digest, { ...payload, inline });
  }
  return payloads;
}
