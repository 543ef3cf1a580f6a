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
 * along edges, so that boxes are on no cycle. `expanded` has the keys of groups that are drawn one by one all the same.
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
  folded.nodes.forEach((index, place) => {
    const node = graph.nodes[index];
    const key = `${node?.name}|${node?.type}|${node?.executor}|${depth[place]}`;
    const members = alike.get(key);
    if (members) members.push(index);
    else alike.set(key, [index]);
  });
  const boxes = [...alike].flatMap(([key, members]) =>
    members.length < SMALLEST_GROUP || expanded.has(key)
      ? members.map((index) => boxFor(graph, String(graph.nodes[index]?.id), [index]))
      : [boxFor(graph, key, members)],
  );
  return connected(boxes, folded.edges, graph.nodes.length);
}

function boxFor(graph: Graph, key: string, members: readonly number[]): Box {
  const first = graph.nodes[members[0] ?? 0];
  return {
    key,
    members,
    label: first === undefined ? "" : shownName(first),
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
