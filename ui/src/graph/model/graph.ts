/**
 * A dispatch's graph as the UI works with it: flat arrays, since there may be 100,000 nodes. What nodes are never changes; how they
 * do is in `node-states.ts`.
 */
import type { GraphColumns } from "../../api/dispatches.ts";

export interface Graph {
  readonly nodes: readonly GraphNode[];
  /** Where a node is in `nodes`, by its id. */
  readonly indexOf: ReadonlyMap<number, number>;
  /** By their places in `nodes`. */
  readonly edges: readonly Edge[];
}

export interface GraphNode {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  readonly executor: string;
  /** Of leptons: `python` or `shell`. */
  readonly language: string | undefined;
  /** The dispatch that a sublattice runs as. */
  readonly subDispatch: string | undefined;
}

export interface Edge {
  readonly source: number;
  readonly target: number;
  /** What the target takes from the source. */
  readonly name: string;
}

export function graphOf({ words, nodes: columns, links }: GraphColumns): Graph {
  const word = (index: number | undefined) => words[index ?? -1];
  const nodes = columns.id.map((id, at) => ({
    id,
    name: word(columns.name[at]) ?? "",
    type: word(columns.type[at]) ?? "function",
    executor: word(columns.executor[at]) ?? "",
    language: word(columns.language[at]),
    subDispatch: word(columns.sub_dispatch[at]),
  }));
  const indexOf = new Map(nodes.map(({ id }, at) => [id, at]));
  const edges: Edge[] = [];
  links.source.forEach((sourceId, at) => {
    const source = indexOf.get(sourceId);
    const target = indexOf.get(links.target[at] ?? -1);
    if (source !== undefined && target !== undefined)
      edges.push({ source, target, name: word(links.name[at]) ?? "" });
  });
  return { nodes, indexOf, edges };
}

const STRUCTURAL: ReadonlySet<string> = new Set([
  "parameter",
  "electron_list",
  "electron_dict",
  "subscripted",
  "attribute",
  "reconstruct",
  "generated",
  "arg",
]);

/** True for nodes that run no user code: they are folded away unless the reader asks for them. */
export function isStructural({ type, name }: GraphNode): boolean {
  return STRUCTURAL.has(type) || name.startsWith(":postprocess:");
}

/** A name for people: `:parameter:3` and the like say what they are. */
export function shownName({ name, type }: Pick<GraphNode, "name" | "type">): string {
  if (type === "reconstruct") return "result";
  const plain = /^:(\w+):(.*)$/.exec(name);
  if (plain === null) return name;
  return plain[2]
    ? `${type.replace("electron_", "")} ${plain[2]}`
    : (plain[1] ?? name).replace("electron_", "");
}
