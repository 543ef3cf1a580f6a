import * as z from "zod";
import {
  type ManifestHeader,
  type ManifestLink,
  type ManifestNode,
  manifestHeaderSchema,
  manifestLineSchema,
  manifestLinkSchema,
  manifestNodeSchema,
} from "../../model/manifest.ts";
import { checkDepth, checked, invalidManifest } from "../validation.ts";
import { isPlainLink, isPlainNode } from "./plain-parts.ts";

/** A manifest, however it came, as the parts in which it is registered: validated, defaults filled in. */
export type ManifestPart =
  | {
      readonly kind: "header";
      readonly header: ManifestHeader;
      readonly nodeCount: number;
      readonly linkCount: number;
    }
  | { readonly kind: "nodes"; readonly nodes: readonly ManifestNode[] }
  | { readonly kind: "links"; readonly links: readonly ManifestLink[] }
  | { readonly kind: "end" };

/** Nodes or links of a single JSON body that are handled at once. */
const SLICE = 1_000;

/** The parts of a streamed manifest, from the values of its lines. */
export async function* partsOfStream(values: AsyncIterable<unknown>): AsyncGenerator<ManifestPart> {
  let defaults: Readonly<Record<string, unknown>> | undefined;
  for await (const value of values) {
    const plain = isEmpty(defaults) ? plainPart(value) : undefined;
    if (plain !== undefined) {
      yield plain;
      continue;
    }
    const line = checked(manifestLineSchema, value, "");
    if (defaults === undefined && line.kind !== "header")
      throw invalidManifest("it has to begin with its header");
    switch (line.kind) {
      case "header":
        // Not those of the parsed line: a default that the client left to the schema must not override one of a node's own.
        defaults = (value as { node_defaults?: Record<string, unknown> }).node_defaults ?? {};
        yield {
          kind: "header",
          header: checkedHeader(line.header),
          nodeCount: line.node_count,
          linkCount: line.link_count,
        };
        break;
      case "nodes":
        yield {
          kind: "nodes",
          nodes: line.nodes.map((node) =>
            checkedNode({ ...node, metadata: { ...defaults, ...node.metadata } }),
          ),
        };
        break;
      default:
        yield line;
    }
  }
}

/** True once there are defaults, and they change nothing. */
function isEmpty(defaults: Readonly<Record<string, unknown>> | undefined): boolean {
  return defaults !== undefined && Object.keys(defaults).length === 0;
}

/** A line of nodes or links that needs no schema. */
function plainPart(value: unknown): ManifestPart | undefined {
  if (typeof value !== "object" || value === null || !("kind" in value)) return undefined;
  if (value.kind === "nodes" && "nodes" in value && Array.isArray(value.nodes)) {
    const nodes: readonly unknown[] = value.nodes;
    return nodes.every(isPlainNode) ? { kind: "nodes", nodes } : undefined;
  }
  if (value.kind === "links" && "links" in value && Array.isArray(value.links)) {
    const links: readonly unknown[] = value.links;
    return links.every(isPlainLink) ? { kind: "links", links } : undefined;
  }
  return undefined;
}

const wholeSchema = z.object({
  lattice: z.object({
    transport_graph: z.object({ nodes: z.array(z.unknown()), links: z.array(z.unknown()) }),
  }),
});

/** The parts of a manifest that came as one JSON value, as the original's clients send it. */
export function* partsOfWhole(value: unknown): Generator<ManifestPart> {
  const { nodes, links } = checked(wholeSchema, value, "").lattice.transport_graph;
  const header = checkedHeader(checked(manifestHeaderSchema, value, ""));
  yield { kind: "header", header, nodeCount: nodes.length, linkCount: links.length };
  for (let start = 0; start < nodes.length; start += SLICE) {
    yield { kind: "nodes", nodes: nodes.slice(start, start + SLICE).map(checkedNode) };
  }
  for (let start = 0; start < links.length; start += SLICE) {
    yield {
      kind: "links",
      links: links
        .slice(start, start + SLICE)
        .map((link, index) => checked(manifestLinkSchema, link, `link ${start + index}`)),
    };
  }
  yield { kind: "end" };
}

/** @throws {CovalentError} `INVALID_MANIFEST` */
export function parseWhole(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8"));
  } catch (error) {
    throw invalidManifest(`the body is not JSON: ${(error as Error).message}`);
  }
}

function checkedHeader(header: ManifestHeader): ManifestHeader {
  checkDepth(header.lattice.metadata.executor_data, "lattice.metadata.executor_data");
  checkDepth(header.lattice.metadata.workflow_executor_data, "lattice.metadata.workflow_executor_data");
  return header;
}

function checkedNode(value: unknown): ManifestNode {
  if (isPlainNode(value)) return value;
  const node = checked(manifestNodeSchema, value, `node ${String((value as { id?: unknown } | null)?.id)}`);
  checkDepth(node.metadata.executor_data, `node ${node.id}: executor_data`);
  return node;
}
