/** What a node of a transport graph is. The words are those of the column `electrons.type`; the last four only occur in old databases. */
export const NODE_TYPES = [
  "function",
  "sublattice",
  "parameter",
  "electron_list",
  "electron_dict",
  "subscripted",
  "attribute",
  "reconstruct",
  "generated",
  "arg",
] as const;

export type NodeType = (typeof NODE_TYPES)[number];

const STRUCTURAL: ReadonlySet<string> = new Set([
  "parameter",
  "electron_list",
  "electron_dict",
  "subscripted",
  "attribute",
  "reconstruct",
]);

/** True for nodes that carry no user code: the dispatcher assembles their output from references and makes no attempt. */
export function isStructural(type: NodeType): boolean {
  return STRUCTURAL.has(type);
}

/** The node type the original gives a node by the prefix of its name (`:parameter:`, `:electron_list:`, ...). */
export function nodeTypeOfName(name: string): NodeType {
  for (const type of NODE_TYPES) {
    if (type !== "function" && name.startsWith(`:${type}:`)) return type;
  }
  return "function";
}

/**
 * True for the node whose output is what the lattice returned. The Python SDK's is a function like any other: its name tells.
 */
export function isReturned({ type, name }: { readonly type: NodeType; readonly name: string }): boolean {
  return type === "reconstruct" || (type === "function" && name.startsWith(POSTPROCESS));
}

/** How the Python SDK begins the name of the node that makes what the lattice returns. */
export const POSTPROCESS = ":postprocess:";

/** The name of an edge that carries no value: the target only waits for the source. */
export const WAIT_EDGE = "!waiting_edge";
