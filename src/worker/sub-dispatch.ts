import { statSync } from "node:fs";
import type { CodeDigests } from "../bundle/code-digests/code-digests.ts";
import type { LoadedBundle } from "../bundle/load.ts";
import type { Definition } from "../definition/definition.ts";
import type { ExecutorRef } from "../model/change.ts";
import { encodeManifestFile } from "../model/manifest-file.ts";
import { manifestText } from "../model/manifest-text.ts";
import { INLINE_LIMIT } from "../model/payload.ts";
import type { ExecutorChoice } from "../sdk/electron.ts";
import { mapLattice } from "../sdk/map.ts";
import { type Traceable, type TracedGraph, trace } from "../sdk/trace.ts";
import { assertDefined } from "../submission/assert-defined.ts";
import { manifestLines } from "../submission/manifest-lines.ts";
import { type PreparedDispatch, prepare } from "../submission/prepare.ts";
import { VERSION } from "../version.ts";
import type { Output } from "./keep-output.ts";
import type { AttemptMessage } from "./protocol.ts";

/** What a sublattice's attempt traces. */
export type Sublattice = Traceable & { readonly definition?: Definition };

/** The sublattice that an attempt asks for: a lattice of the bundle, or one that calls an electron for each element of a list. */
export function sublatticeOf(
  bundle: LoadedBundle,
  id: string,
  kind: "sublattice" | "map",
): Sublattice | undefined {
  if (kind === "sublattice") return bundle.lattice(id);
  const electron = bundle.electron(id);
  return electron && mapLattice(electron);
}

/** Traces a sublattice with its arguments, which are known by now. What its function throws is thrown on. */
export function traceSublattice(
  sublattice: Sublattice,
  args: readonly unknown[],
  { inherits }: AttemptMessage,
): Promise<TracedGraph> {
  const inherited = inherits && {
    executor: choiceOf(inherits.executor),
    workflowExecutor: choiceOf(inherits.workflowExecutor),
  };
  return trace(sublattice, args, inherited ?? undefined);
}

/**
 * The traced sublattice as the attempt's output: all that the server needs to run it as a dispatch. Large arguments that are
 * handed on as they came are in its store already.
 *
 * @param digests of what evaluating the bundle has defined
 * @throws {CovalentError} `UNSERIALIZABLE`, `ELECTRON_NOT_IN_BUNDLE`
 */
export async function subDispatchOutput(
  sublattice: Sublattice,
  graph: TracedGraph,
  digests: CodeDigests,
  attempt: AttemptMessage,
  args: readonly unknown[],
): Promise<Output> {
  const { bundlePath, bundle: digest, projectRoot, workdir } = attempt;
  const bytes = { byteLength: statSync(bundlePath).size };
  const code = { bundle: { digest, bytes, root: projectRoot, externals: [] }, digests };
  assertDefined(sublattice, graph, code);
  const prepared = prepare({ lattice: sublattice, args, graph, ...code, workdir, version: VERSION });
  const lines = await Array.fromAsync(manifestText(manifestLines(prepared)));
  const text = `${sublattice.name} with ${graph.nodes.length} nodes`;
  return { bytes: encodeManifestFile(lines, uploadsOf(prepared, attempt)), codec: "manifest", text };
}

function uploadsOf({ uploads }: PreparedDispatch, { payloads }: AttemptMessage): Map<string, Uint8Array> {
  const stored = new Set(payloads.map(({ digest }) => digest));
  return new Map(
    [...uploads].filter(([digest, { length }]) => length <= INLINE_LIMIT || !stored.has(digest)),
  );
}

function choiceOf({ name, data }: ExecutorRef): ExecutorChoice {
  return { ...data, name };
}
