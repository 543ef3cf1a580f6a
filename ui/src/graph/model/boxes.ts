import type { Folded } from "./fold.ts";
import { depths } from "./fold.ts";
import { type Edge, type Graph, shownName } from "./graph.ts";

/** What is drawn as one: a node, or a group of like nodes. */
export interface Box {
  /** The same for the same nodes whenever the graph is read. */
  readonly key: string;
  /** Places in `graph.nodes`. */
  readonly members: readonly number[];
  readonly label: string;
  readonly type: string;
  readonly executor: string;
  readonly language: string | undefined;
}

/** Boxes and the edges between them, by their places in `boxes`. */
export interface Boxes {
  readonly boxes: readonly Box[];
  readonly edges: readonly Edge[];
  /** The box of each place in `graph.nodes`; -1 for what is folded away. */
  readonly boxOf: Int32Array;
}

/** Fewer like nodes than this are drawn one by one. */
const SMALLEST_GROUP = 5;

/**
 * Puts nodes that are alike into one box: the same name, type and executor at the same depth, as a map makes them. Depth only grows
 * along edges, so that boxes are on no cycle. Parameters are alike when the nodes are that take them. `expanded` has the keys of groups that are drawn one by one all the same.
 */
export function groupAlike(graph: Graph, folded: Folded, expanded: ReadonlySet<string>): Boxes {
  const placeOf = new Int32Array(graph.nodes.length).fill(-1);
  folded.nodes.forEach((index, place) => {
    placeOf[index] = place;
  });
  const depth = depths(
    folded.nodes.length,
    folded.edges.map(({ source, target }) => ({
      source: placeOf[source] ?? 0,
      target: placeOf[target] ?? 0,
    })),
  );
  const alike = new Map<string, number[]>();
  const keys = graph.nodes.map(() => "");
  const put = (index: number, key: string) => {
    keys[index] = key;
    const members = alike.get(key);
    if (members) members.push(index);
    else alike.set(key, [index]);
  };
  folded.nodes.forEach((index, place) => {
    const { name, type, executor } = graph.nodes[index] ?? {};
    if (type !== "parameter") put(index, `${name}|${type}|${executor}|${depth[place]}`);
  });
  const isGrouped = (key: string) => (alike.get(key)?.length ?? 0) >= SMALLEST_GROUP && !expanded.has(key);
  const takers = takersOf(graph, folded);
  for (const [index, taker] of takers) put(index, parameterKey(index, taker, keys, isGrouped));
  const boxes = [...alike].flatMap(([key, members]) =>
    isGrouped(key)
      ? [boxFor(graph, key, members, takers.get(members[0] ?? -1)?.name)]
      : members.map((index) => boxFor(graph, String(graph.nodes[index]?.id), [index])),
  );
  return connected(boxes, folded.edges, graph.nodes.length);
}

/** What takes the value of each parameter; `undefined` where that is not one thing alone. */
function takersOf(graph: Graph, { nodes, edges }: Folded): ReadonlyMap<number, Edge | undefined> {
  const takers = new Map<number, Edge | undefined>();
  for (const index of nodes) if (graph.nodes[index]?.type === "parameter") takers.set(index, undefined);
  const seen = new Set<number>();
  for (const edge of edges) {
    if (takers.has(edge.source)) takers.set(edge.source, seen.has(edge.source) ? undefined : edge);
    seen.add(edge.source);
  }
  return takers;
}

/** Parameters of one name are alike when what takes them is drawn as one, whatever their values are. */
function parameterKey(
  index: number,
  taker: Edge | undefined,
  keys: readonly string[],
  isGrouped: (key: string) => boolean,
): string {
  const takerKey = keys[taker?.target ?? -1];
  return taker === undefined || takerKey === undefined || !isGrouped(takerKey)
    ? `parameter|${index}`
    : `parameter|${taker.name}|${takerKey}`;
}

function boxFor(graph: Graph, key: string, members: readonly number[], parameter?: string): Box {
  const first = graph.nodes[members[0] ?? 0];
  const isParameters = members.length > 1 && parameter !== undefined;
  return {
    key,
    members,
    label: isParameters ? `parameter ${parameter}` : first === undefined ? "" : shownName(first),
    type: first?.type ?? "function",
    executor: first?.executor ?? "",
    language: first?.language,
  };
}

function connected(boxes: readonly Box[], edges: readonly Edge[], nodes: number): Boxes {
  const boxOf = new Int32Array(nodes).fill(-1);
  boxes.forEach(({ members }, place) => {
    for (const index of members) boxOf[index] = place;
  });
  const between = new Map<number, Edge>();
  for (const { source, target, name } of edges) {
    const [from, to] = [boxOf[source] ?? -1, boxOf[target] ?? -1];
    const key = from * boxes.length + to;
    if (from >= 0 && to >= 0 && from !== to && !between.has(key))
      between.set(key, { source: from, target: to, name });
  }
  return { boxes, edges: [...between.values()], boxOf };
}

/** The key by which the group of a node is told apart, to fold it again: see {@link groupAlike}. */
export function isGroup(box: Box): boolean {
  return box.members.length > 1;
}
