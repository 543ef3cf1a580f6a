import { CovalentError } from "../model/errors.ts";
import type { ManifestHeader, ManifestNode } from "../model/manifest.ts";
import type { Electron } from "../sdk/electron.ts";
import { assertDefined } from "./assert-defined.ts";
import type { Code } from "./code.ts";
import { nodeOptions } from "./node-options.ts";
import { codeOf, executorOf, type PreparedDispatch } from "./prepare.ts";

/** An electron in the place of all those with a name. */
export interface Replacement {
  readonly name: string;
  readonly electron: Electron;
  readonly code: Code;
}

/**
 * The dispatch with other electrons in it: the calls stay as they are, with their arguments. The new code travels in its own bundle.
 *
 * @throws {CovalentError} `INVALID_ARGUMENT` when the graph has no electron of that name, naming those it has;
 *   `ELECTRON_NOT_IN_BUNDLE`
 */
export function replaceElectrons(
  prepared: PreparedDispatch,
  replacements: readonly Replacement[],
): PreparedDispatch {
  return replacements.reduce(replaceOne, prepared);
}

function replaceOne(prepared: PreparedDispatch, replacement: Replacement): PreparedDispatch {
  const { name, electron, code } = replacement;
  if (!prepared.nodes.some((node) => isCall(node, name))) throw noSuchElectron(prepared, name);
  assertDefined(electron, { nodes: [] }, code);
  const { header, uploads } = prepared;
  const { digest, bytes } = code.bundle;
  return {
    ...prepared,
    header: withBundle(header, code),
    nodes: prepared.nodes.map((node) =>
      isCall(node, name) ? replacedNode(node, replacement, header) : node,
    ),
    uploads: new Map(uploads).set(digest, bytes),
  };
}

function isCall({ metadata }: ManifestNode, name: string): boolean {
  // One that has been replaced already stays: the names are those of the lattice.
  return metadata.type === "function" && metadata.name === name && metadata.status === "NEW_OBJECT";
}

function replacedNode(
  node: ManifestNode,
  { electron, code }: Replacement,
  header: ManifestHeader,
): ManifestNode {
  const { code_digest: _, code_digest_reason: __, options: ___, ...metadata } = node.metadata;
  const options = nodeOptions(electron.options, electron.language);
  const { executor } = electron.options;
  const inherited = header.lattice.metadata;
  const chosen =
    executor === undefined
      ? { name: inherited.executor, data: inherited.executor_data }
      : executorOf(executor);
  return {
    ...node,
    metadata: {
      ...metadata,
      name: electron.name,
      executor: chosen.name,
      executor_data: chosen.data,
      ...codeOf(electron.definition, code),
      bundle: code.bundle.digest,
      ...(options === undefined ? {} : { options }),
      // It runs even if it computes the same as before: somebody asked for that.
      status: "PENDING_REPLACEMENT",
    },
  };
}

function withBundle(header: ManifestHeader, { bundle }: Code): ManifestHeader {
  const { digest, bytes, externals } = bundle;
  if (header.bundles.some((known) => known.digest === digest)) return header;
  const added = { digest, size: bytes.byteLength, externals: [...externals] };
  return { ...header, bundles: [...header.bundles, added] };
}

function noSuchElectron({ header, nodes }: PreparedDispatch, name: string): CovalentError {
  const names = new Set(
    nodes.filter(({ metadata }) => metadata.type === "function").map((node) => node.metadata.name),
  );
  const known = [...names].slice(0, 10).join(", ");
  return new CovalentError("INVALID_ARGUMENT", {
    reason: `lattice ${header.lattice.metadata.name} calls no electron ${name} that could be replaced; it calls ${known || "none"}`,
  });
}
