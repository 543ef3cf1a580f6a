import { randomUUID } from "node:crypto";
import type { Database } from "../../src/database/open.ts";
import {
  type ManifestHeader,
  type ManifestLink,
  type ManifestNode,
  manifestHeaderSchema,
  manifestLinkSchema,
  manifestNodeSchema,
} from "../../src/model/manifest.ts";

/** What the contract suites register. */

export type NodeInput = Readonly<Partial<ManifestNode["metadata"]>> & {
  readonly assets?: ManifestNode["assets"];
};

export function header(metadata: Partial<ManifestHeader["lattice"]["metadata"]> = {}): ManifestHeader {
  return manifestHeaderSchema.parse({
    metadata: {},
    lattice: {
      metadata: {
        name: "fit",
        executor: "local",
        workflow_executor: "local",
        language: "typescript",
        ...metadata,
      },
    },
  });
}

export function node(id: number, { assets = {}, ...metadata }: NodeInput = {}): ManifestNode {
  return manifestNodeSchema.parse({
    id,
    metadata: { name: `node${id}`, executor: "local", type: "function", ...metadata },
    assets,
  });
}

export function link(source: number, target: number): ManifestLink {
  return manifestLinkSchema.parse({
    source,
    target,
    metadata: { edge_name: "x", param_type: "arg", arg_index: 0 },
  });
}

export interface Registering {
  readonly header?: ManifestHeader;
  readonly nodes: readonly ManifestNode[];
  readonly links?: readonly ManifestLink[];
}

/** Registers a dispatch and gives its id. */
export async function register(
  database: Database,
  { header: given, nodes, links = [] }: Registering,
): Promise<string> {
  const dispatchId = randomUUID();
  const registration = await database.dispatches.beginRegistration({
    header: given ?? header(),
    dispatchId,
    rootDispatchId: dispatchId,
    nodeCount: nodes.length,
    linkCount: links.length,
  });
  await registration.nodes(nodes);
  await registration.links(links);
  await registration.finish();
  return dispatchId;
}
