import { CovalentError } from "../model/errors.ts";
import { isDispatchId } from "../model/ids.ts";
import type { PayloadCodec } from "../model/payload.ts";

/**
 * The names under which the original's clients know stored bytes: `<dispatch>/<file>` and `<dispatch>/node_<n>/<file>`. They are
 * names, not places: nothing is stored under them, and none can lead out of the store.
 */
export interface ObjectName {
  readonly dispatchId: string;
  /** `null` for what belongs to the dispatch or its lattice. */
  readonly nodeId: number | null;
  readonly key: string;
}

const DISPATCH_FILES: Readonly<Record<string, string>> = {
  result: "results.tobj",
  error: "error.log",
  workflow_function: "function.tobj",
  workflow_function_string: "function_string.txt",
  doc: "function_docstring.txt",
  inputs: "inputs.tobj",
  hooks: "hooks.json",
  // Of the original's older releases.
  deps: "deps.pkl",
  call_before: "call_before.pkl",
  call_after: "call_after.pkl",
  named_args: "named_args.pkl",
  named_kwargs: "named_kwargs.pkl",
  cova_imports: "cova_imports.json",
  lattice_imports: "lattice_imports.txt",
  transport_graph: "transport_graph.pkl",
  executor: "executor.pkl",
  executor_data: "executor_data.pkl",
  workflow_executor_data: "workflow_executor_data.pkl",
};

const NODE_FILES: Readonly<Record<string, string>> = {
  function: "function.tobj",
  function_string: "function_string.txt",
  value: "value.tobj",
  output: "results.tobj",
  error: "error.log",
  stdout: "stdout.log",
  stderr: "stderr.log",
  hooks: "hooks.json",
  sublattice_manifest: "result.tobj",
  // Of the original's older releases.
  deps: "deps.pkl",
  call_before: "call_before.pkl",
  call_after: "call_after.pkl",
  info: "info.log",
  executor: "executor.pkl",
  executor_data: "executor_data.pkl",
  key: "key.pkl",
};

/** The keys of a dispatch's, a lattice's and a node's assets that the original's clients expect in every manifest. */
export const DISPATCH_KEYS = ["result", "error"] as const;
export const LATTICE_KEYS = [
  "workflow_function",
  "workflow_function_string",
  "doc",
  "inputs",
  "hooks",
] as const;
export const NODE_KEYS = [
  "function",
  "function_string",
  "value",
  "output",
  "error",
  "stdout",
  "stderr",
  "hooks",
] as const;

/** True when a node, or with `null` a dispatch, can have an asset of that key. */
export function isAssetKey(nodeId: number | null, key: string): boolean {
  return Object.hasOwn(nodeId === null ? DISPATCH_FILES : NODE_FILES, key);
}

/** `undefined` for a key that has no file in the original's layout. */
export function objectNameOf({ dispatchId, nodeId, key }: ObjectName): string | undefined {
  const file = (nodeId === null ? DISPATCH_FILES : NODE_FILES)[key];
  if (file === undefined) return undefined;
  return nodeId === null ? `${dispatchId}/${file}` : `${dispatchId}/node_${nodeId}/${file}`;
}

/**
 * What a name stands for.
 *
 * @throws {CovalentError} `INVALID_ARGUMENT` for anything that is not such a name, traversals among them.
 */
export function parseObjectName(name: string): ObjectName {
  const [, dispatchId = "", node, file = ""] = /^([^/]+)\/(?:node_(\d{1,9})\/)?([^/]+)$/.exec(name) ?? [];
  const nodeId = node === undefined ? null : Number(node);
  const key = keyOf(nodeId === null ? DISPATCH_FILES : NODE_FILES, file);
  if (!isDispatchId(dispatchId) || key === undefined) {
    throw new CovalentError("INVALID_ARGUMENT", {
      reason: `${JSON.stringify(name)} names no asset: expected <dispatch>/<file> or <dispatch>/node_<n>/<file>`,
    });
  }
  return { dispatchId, nodeId, key };
}

function keyOf(files: Readonly<Record<string, string>>, file: string): string | undefined {
  return Object.entries(files).find(([, name]) => name === file)?.[0];
}

/** How bytes that arrive under a name are to be read: the original's `.tobj` are pickles, its logs and sources text. */
export function codecOf({ nodeId, key }: ObjectName): PayloadCodec {
  const file = (nodeId === null ? DISPATCH_FILES : NODE_FILES)[key] ?? "";
  return /\.(tobj|pkl)$/.test(file) ? "pickle" : "text";
}
