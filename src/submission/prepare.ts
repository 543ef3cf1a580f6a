import type { Definition } from "../definition/definition.ts";
import { definitionId } from "../definition/definitions.ts";
import type { Asset, ManifestHeader, ManifestLink, ManifestNode, NodeOptions } from "../model/manifest.ts";
import { INLINE_LIMIT } from "../model/payload.ts";
import type { ElectronOptions } from "../sdk/electron.ts";
import type { Traceable, TracedGraph, TracedNode } from "../sdk/trace.ts";
import { type SerializedPayload, serialize } from "../serialization/serialize.ts";
import type { DefinedCode } from "./code.ts";
import { nodeOptions, type RunOptions, runMetadata } from "./node-options.ts";

/** A dispatch that is ready to be registered: its manifest in parts, and the bytes that are too large to travel inside it. */
export interface PreparedDispatch {
  readonly header: ManifestHeader;
  readonly nodes: readonly ManifestNode[];
  readonly links: readonly ManifestLink[];
  /** By digest; the server says which of them it does not have yet. The bundle is not among them. */
  readonly uploads: ReadonlyMap<string, Uint8Array>;
}

export interface Preparation extends DefinedCode {
  /** Without a definition for what only stands for a lattice: `electron.map`. */
  readonly lattice: Traceable & { readonly definition?: Definition };
  readonly args: readonly unknown[];
  readonly graph: TracedGraph;
  /** The directory that tasks run in unless they say otherwise; `null` for the worker's own. */
  readonly workdir: string | null;
  readonly version: string;
  readonly idempotencyKey?: string | undefined;
  /** What this dispatch has in place of the lattice's own. */
  readonly overrides?: RunOptions | undefined;
}

/** The executor of everything that names none. */
const DEFAULT_EXECUTOR = "local";

/**
 * Makes a manifest of a traced graph.
 *
 * @throws {CovalentError} `UNSERIALIZABLE` with the path inside the value when an argument cannot be serialised
 */
export function prepare(preparation: Preparation): PreparedDispatch {
  const { lattice, args, graph, bundle, workdir, version, idempotencyKey } = preparation;
  const uploads = new Map<string, Uint8Array>();
  const executor = executorOf(graph.executors.executor);
  const workflowExecutor = executorOf(graph.executors.workflowExecutor);
  const root = bundle.root ?? "";
  const header: ManifestHeader = {
    metadata: {
      status: "NEW_OBJECT",
      ...(idempotencyKey === undefined ? {} : { idempotency_key: idempotencyKey }),
    },
    assets: {},
    lattice: {
      metadata: {
        name: lattice.name,
        executor: executor.name,
        executor_data: executor.data,
        workflow_executor: workflowExecutor.name,
        workflow_executor_data: workflowExecutor.data,
        covalent_version: version,
        language: "typescript",
        bundle: bundle.digest,
        ...(lattice.definition === undefined ? {} : { lattice: definitionId(lattice.definition, root) }),
        ...(workdir === null ? {} : { workdir }),
        ...(bundle.root === null ? {} : { project_root: bundle.root }),
        tags: [...(lattice.options.tags ?? [])],
        ...runMetadata({ ...lattice.options, ...preparation.overrides }),
      },
      assets: {
        inputs: payloadAsset(serialize({ args, kwargs: {} }), uploads),
        workflow_function_string: textAsset(String(lattice.function)),
      },
    },
    bundles: [{ digest: bundle.digest, size: bundle.bytes.byteLength, externals: [...bundle.externals] }],
  };
  const nodes = graph.nodes.map((node) => manifestNode(node, executor, preparation, uploads));
  const links = graph.edges.map(({ source, target, name, parameter, index }) => ({
    source,
    target,
    metadata: { edge_name: name, param_type: parameter, arg_index: index },
  }));
  return { header, nodes, links, uploads };
}

function manifestNode(
  node: TracedNode,
  latticeExecutor: NamedExecutor,
  code: DefinedCode,
  uploads: Map<string, Uint8Array>,
): ManifestNode {
  // A sublattice has what it is traced on as its own option, unless nobody said anything.
  const executor = node.options.executor === undefined ? latticeExecutor : executorOf(node.options.executor);
  const options = optionsOf(node);
  const called = node.lattice ?? node.electron;
  return {
    id: node.id,
    metadata: {
      name: node.name,
      type: node.type,
      executor: executor.name,
      executor_data: executor.data,
      status: "NEW_OBJECT",
      ...(called === undefined ? {} : codeOf(called.definition, code)),
      ...(options === undefined ? {} : { options }),
      ...(node.key === undefined ? {} : { key: node.key }),
    },
    assets:
      node.type === "parameter"
        ? { value: payloadAsset(node.payload ?? serialize(node.value), uploads) }
        : {},
  };
}

/** What a node says of the code that it calls. */
export function codeOf(definition: Definition, { bundle, digests }: DefinedCode) {
  const id = definitionId(definition, bundle.root ?? "");
  const { digest, reason } = digests.get(id) ?? {};
  return {
    electron: id,
    ...(digest === undefined ? {} : { code_digest: digest }),
    ...(reason === undefined ? {} : { code_digest_reason: reason.slice(0, 1_000) }),
  };
}

function optionsOf({ type, electron, options }: TracedNode): NodeOptions | undefined {
  const isMap = type === "sublattice" && electron !== undefined;
  return isMap ? { ...nodeOptions(options), map: true } : nodeOptions(options, electron?.language);
}

/** A payload as an asset: small texts travel in the manifest, everything else is uploaded once for its content. */
function payloadAsset(payload: SerializedPayload, uploads: Map<string, Uint8Array>): Asset {
  const { bytes, digest, size, text, textual } = payload;
  const asset = { digest_alg: "sha256", digest, size, codec: "value", text } as const;
  if (textual && size <= INLINE_LIMIT) return { ...asset, content: new TextDecoder().decode(bytes) };
  uploads.set(digest, bytes);
  return asset;
}

function textAsset(content: string): Asset {
  const size = Buffer.byteLength(content);
  return { size, codec: "text", content };
}

interface NamedExecutor {
  readonly name: string;
  readonly data: Record<string, unknown>;
}

/** An executor by its name, with its attributes; the default one for none. */
export function executorOf(executor: ElectronOptions["executor"]): NamedExecutor {
  if (executor === undefined) return { name: DEFAULT_EXECUTOR, data: {} };
  if (typeof executor === "string") return { name: executor, data: {} };
  const { name, ...data } = executor;
  return { name, data };
}
