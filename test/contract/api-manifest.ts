import { hash, randomBytes } from "node:crypto";
import type { ManifestLine } from "../../src/model/manifest.ts";

export const digestOf = (bytes: Uint8Array | string): string => hash("sha256", bytes, "hex");

/** A payload too large for the database, that the server has to ask for. */
export function largePayload(size = 40_000): { readonly digest: string; readonly bytes: Uint8Array } {
  const bytes = randomBytes(size);
  return { digest: digestOf(bytes), bytes };
}

export interface StreamedOptions {
  readonly name?: string;
  readonly nodes?: number;
  readonly links?: readonly (readonly [number, number])[];
  /** Digests that node 0 refers to. */
  readonly refers?: readonly string[];
  readonly idempotencyKey?: string;
}

/** A manifest as our own client streams it: a chain of nodes unless links are given. */
export function streamedManifest(options: StreamedOptions = {}): ManifestLine[] {
  const { name = "chain", nodes = 3, refers = [] } = options;
  const links =
    options.links ??
    Array.from({ length: Math.max(nodes - 1, 0) }, (_, index) => [index, index + 1] as const);
  const metadata = { name, executor: "local", workflow_executor: "local", language: "typescript" as const };
  return [
    {
      kind: "header",
      node_count: nodes,
      link_count: links.length,
      header: {
        metadata: { idempotency_key: options.idempotencyKey ?? null },
        lattice: { metadata, assets: { inputs: { codec: "text", content: "the inputs" } } },
      },
      node_defaults: { executor: "local", type: "function" },
    },
    {
      kind: "nodes",
      nodes: Array.from({ length: nodes }, (_, id) => ({
        id,
        metadata: { name: `task ${id}` },
        assets:
          id === 0
            ? Object.fromEntries(
                refers.map((digest) => ["value", { digest, size: 40_000, codec: "bytes" as const }]),
              )
            : {},
      })),
    },
    {
      kind: "links",
      links: links.map(([source, target]) => ({
        source,
        target,
        metadata: { edge_name: "x", param_type: "arg" as const, arg_index: 0 },
      })),
    },
    { kind: "end" },
  ];
}

export function toNdjson(lines: readonly unknown[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

/** An asset as the original's Python SDK registers it, and the bytes that it then uploads: here the same for each size. */
export function pythonAsset(size: number) {
  const bytes = Buffer.alloc(size, "pickle");
  return {
    bytes,
    asset: { digest_alg: "sha", digest: hash("sha1", bytes), uri: null, remote_uri: null, size },
  };
}

/** A manifest as the original's Python SDK posts it. */
export function pythonManifest(nodes = 2) {
  const asset = (size: number) => pythonAsset(size).asset;
  return {
    metadata: {
      dispatch_id: "",
      root_dispatch_id: "",
      status: "NEW_OBJECT",
      start_time: null,
      end_time: null,
    },
    assets: { result: asset(0), error: asset(0) },
    lattice: {
      metadata: {
        name: "pipeline",
        executor: "dask",
        executor_data: {},
        workflow_executor: "dask",
        workflow_executor_data: {},
        python_version: "3.10.4",
        covalent_version: "0.240.0",
      },
      assets: {
        workflow_function: asset(100),
        workflow_function_string: asset(50),
        doc: asset(0),
        inputs: asset(20),
        hooks: asset(2),
      },
      transport_graph: {
        nodes: Array.from({ length: nodes }, (_, id) => ({
          id,
          metadata: {
            task_group_id: id,
            name: `step_${id}`,
            executor: "dask",
            executor_data: {},
            status: "NEW_OBJECT",
          },
          assets: {
            function: asset(100),
            function_string: asset(10),
            value: asset(0),
            output: asset(0),
            error: null,
            stdout: null,
            stderr: null,
            hooks: asset(2),
          },
        })),
        links: Array.from({ length: nodes - 1 }, (_, index) => ({
          source: index,
          target: index + 1,
          metadata: { edge_name: "x", param_type: "arg", arg_index: 0 },
        })),
      },
    },
  };
}
