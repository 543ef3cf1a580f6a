import { join } from "node:path";
import type { AttemptPayload } from "../../worker/protocol.ts";
import type { AttemptSpec, PickledCode } from "../executor.ts";
import type { PackedAttempt } from "../pool/worker-kind.ts";
import type { PythonExecutorOptions } from "./options.ts";

/** An attempt as a Python worker is sent it: like protocol.ts' AttemptMessage, with pickles in the place of a bundle. */
export interface PythonAttemptMessage {
  readonly kind: "attempt";
  readonly token: string;
  readonly dispatchId: string;
  readonly nodeId: number;
  readonly number: number;
  readonly name: string;
  /** The digest of the pickled function. */
  readonly function: string;
  /** The digest of what runs before and after it; `null` when there is nothing. */
  readonly hooks: string | null;
  /** The ids of the nodes whose outputs are its arguments. */
  readonly args: readonly number[];
  readonly kwargs: Readonly<Record<string, number>>;
  /** The output of each of these nodes, by its digest. */
  readonly inputs: readonly (readonly [node: number, digest: string])[];
  readonly sublattice: boolean;
  readonly payloads: readonly Omit<AttemptPayload, "codec">[];
  readonly serverUrl: string;
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Small payloads travel as bytes, large ones as paths into the store. */
export function packAttempt(
  spec: AttemptSpec,
  pathOf: (digest: string) => string,
  options: PythonExecutorOptions,
): PackedAttempt {
  const { token, dispatchId, nodeId, number, name } = spec;
  const code = pickledCodeOf(spec);
  const body: Uint8Array[] = [];
  const payloads = [...spec.payloads].map(([digest, { inline }]) => {
    if (inline !== undefined) body.push(inline);
    return { digest, path: inline === undefined ? pathOf(digest) : null, length: inline?.length ?? 0 };
  });
  const inputs = [...code.args, ...Object.values(code.kwargs)];
  const message: PythonAttemptMessage = {
    kind: "attempt",
    token,
    dispatchId,
    nodeId,
    number,
    name,
    function: code.function,
    hooks: code.hooks,
    args: code.args.map(({ node }) => node),
    kwargs: Object.fromEntries(Object.entries(code.kwargs).map(([key, { node }]) => [key, node])),
    inputs: inputs.map(({ node, digest }) => [node, digest] as const),
    sublattice: code.sublattice,
    payloads,
    serverUrl: options.serverUrl(),
    workdir: workdirOf(spec, code, options),
    env: { ...options.env, ...spec.env },
  };
  return { message, body };
}

function pickledCodeOf({ code, name }: AttemptSpec): PickledCode {
  if (code.kind !== "pickle") throw new TypeError(`${name} is not written in Python`);
  return code;
}

function workdirOf(
  { dispatchId, nodeId, workdir }: AttemptSpec,
  code: PickledCode,
  options: PythonExecutorOptions,
): string {
  const unique = code.uniqueWorkdir ?? options.uniqueWorkdir;
  const directory = workdir ?? options.workdir;
  return unique ? join(directory, dispatchId, `node_${nodeId}`) : directory;
}
