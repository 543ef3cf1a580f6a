import type { PickledCode, PickledInput } from "../executors/executor.ts";
import type { StoredNode } from "../model/change.ts";
import type { PayloadRef } from "../model/payload.ts";
import type { DispatchState } from "./dispatch-state.ts";
import { knownPayloads } from "./known-payloads.ts";
import { referenceTo } from "./structural.ts";

/** An attempt at a node that the Python SDK has pickled: what is run, and every payload that it needs, by digest. */
export interface PickledAttempt {
  readonly code: PickledCode;
  readonly payloads: readonly PayloadRef[];
}

/**
 * The function of a node with its arguments: outputs of other nodes, each a pickle of its own. Which parameter takes which is what the
 * edges say. `undefined` when the node has no function.
 */
export function pickledAttempt(state: DispatchState, node: StoredNode): PickledAttempt | undefined {
  const { pickled, executorData } = node;
  if (pickled === null) return undefined;
  const args: PickledInput[] = [];
  const kwargs: Record<string, PickledInput> = {};
  for (const { source, parameter, name } of state.incoming(node.nodeId)) {
    if (parameter === null) continue;
    const input = { node: source, digest: outputOf(state, source) };
    if (parameter === "arg") args.push(input);
    else kwargs[name] = input;
  }
  const { function: own, hooks } = pickled;
  const digests = new Set([...args, ...Object.values(kwargs)].map(({ digest }) => digest));
  const uniqueWorkdir = executorAttribute(executorData, "create_unique_workdir");
  return {
    code: {
      kind: "pickle",
      function: own.digest,
      hooks: hooks?.digest ?? null,
      args,
      kwargs,
      sublattice: node.type === "sublattice",
      uniqueWorkdir: typeof uniqueWorkdir === "boolean" ? uniqueWorkdir : null,
    },
    payloads: [own, ...(hooks === null ? [] : [hooks]), ...knownPayloads(state, digests)],
  };
}

/** The directory that a Python executor object names; `null` where it names none. */
export function pickledWorkdir({ executorData }: StoredNode): string | null {
  const workdir = executorAttribute(executorData, "workdir");
  return typeof workdir === "string" && workdir !== "" ? workdir : null;
}

/** An attribute of the executor object that the client made; a name alone brings none. */
function executorAttribute(data: StoredNode["executorData"], name: string): unknown {
  const { attributes } = data;
  if (typeof attributes !== "object" || attributes === null) return undefined;
  return Reflect.get(attributes, name);
}

function outputOf(state: DispatchState, node: number): string {
  const reference = referenceTo(state, node);
  // Nothing in a Python graph is put together by references.
  if (!("ref" in reference)) throw new Error(`the output of node ${node} is no pickle`);
  return reference.ref;
}
