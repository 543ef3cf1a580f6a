/**
 * What two dispatches have in common and what not, node by node. Nodes belong together that have one name: those with the same
 * inputs first, then those with one id, then the others in their order. It takes as long as there are nodes and edges.
 */
import { isStructural, type NodeType } from "../../model/node.ts";
import type { Status } from "../../model/status.ts";

export interface ComparedNode {
  readonly id: number;
  readonly name: string;
  readonly type: NodeType;
  readonly status: Status;
  readonly executor: string;
  readonly durationMs: number | null;
  /** Digests; `null` where there is none, or none that is known. */
  readonly code: string | null;
  readonly output: string | null;
}

export interface ComparedEdge {
  readonly source: number;
  readonly target: number;
  readonly name: string;
  readonly index: number | null;
}

export interface ComparedGraph {
  /** Ascending by id. */
  readonly nodes: readonly ComparedNode[];
  readonly edges: readonly ComparedEdge[];
}

/** `inputs`: what it was given; for a parameter, `output` is its value. */
export const DIFFERENCES = ["status", "code", "inputs", "output", "executor"] as const;
export type Difference = (typeof DIFFERENCES)[number];

/** A node of either dispatch, or of one alone. */
export interface ComparedPair {
  readonly a: ComparedNode | null;
  readonly b: ComparedNode | null;
  readonly differs: readonly Difference[];
}

/** Tasks and parameters in the order of the first dispatch; what only the second one has comes last. */
export function compareGraphs(a: ComparedGraph, b: ComparedGraph): readonly ComparedPair[] {
  const inputs = { a: inputsOf(a), b: inputsOf(b) };
  const keys: readonly KeyOf[] = [
    (node, side) => `${node.name}\n${JSON.stringify(inputs[side].get(node.id) ?? [])}`,
    (node) => `${node.id} ${baseName(node)}`,
    baseName,
  ];
  return pairs(a.nodes.filter(isCompared), b.nodes.filter(isCompared), keys).map(([mine, theirs]) => ({
    a: mine,
    b: theirs,
    differs:
      mine === null || theirs === null
        ? []
        : differences(mine, theirs, inputs.a.get(mine.id) ?? [], inputs.b.get(theirs.id) ?? []),
  }));
}

function isCompared({ type }: ComparedNode): boolean {
  return !isStructural(type) || type === "parameter";
}

type Pair = readonly [ComparedNode, ComparedNode];
type KeyOf = (node: ComparedNode, side: "a" | "b") => string;

/** What is the same by the first key belongs together; what is left over goes by the next one. */
function pairs(
  a: readonly ComparedNode[],
  b: readonly ComparedNode[],
  keys: readonly KeyOf[],
): (readonly [ComparedNode | null, ComparedNode | null])[] {
  const otherOf = new Map<number, ComparedNode>();
  let left = { a, b };
  for (const keyOf of keys) {
    const found = pairsBy(left.a, left.b, keyOf);
    for (const [mine, theirs] of found) otherOf.set(mine.id, theirs);
    const taken = { a: new Set(found.map(([{ id }]) => id)), b: new Set(found.map(([, { id }]) => id)) };
    left = {
      a: left.a.filter(({ id }) => !taken.a.has(id)),
      b: left.b.filter(({ id }) => !taken.b.has(id)),
    };
  }
  return [
    ...a.map((node) => [node, otherOf.get(node.id) ?? null] as const),
    ...left.b.map((node) => [null, node] as const),
  ];
}

/** Those of one key in their order. */
function pairsBy(a: readonly ComparedNode[], b: readonly ComparedNode[], keyOf: KeyOf): Pair[] {
  const others = Map.groupBy(b, (node) => keyOf(node, "b"));
  // Read from their beginnings: taking the first out of a long list costs as much as the list is long.
  const next = new Map<string, number>();
  return a.flatMap((node): Pair[] => {
    const key = keyOf(node, "a");
    const at = next.get(key) ?? 0;
    const other = others.get(key)?.[at];
    next.set(key, at + 1);
    return other === undefined ? [] : [[node, other]];
  });
}

/** The names of parameters say their values. */
function baseName({ name, type }: ComparedNode): string {
  return type === "parameter" ? ":parameter" : name;
}

type Input = readonly [label: string, digest: string | null];

/** What came along the edges of each node. The output of a structural node names what it is made of. */
function inputsOf({ nodes, edges }: ComparedGraph): ReadonlyMap<number, readonly Input[]> {
  const outputs = new Map(nodes.map(({ id, output }) => [id, output]));
  const byTarget = new Map<number, Input[]>();
  for (const { source, target, name, index } of edges) {
    const given = byTarget.get(target) ?? [];
    given.push([`${index ?? ""} ${name}`, outputs.get(source) ?? null]);
    byTarget.set(target, given);
  }
  for (const given of byTarget.values())
    given.sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
  return byTarget;
}

function differences(
  a: ComparedNode,
  b: ComparedNode,
  given: readonly Input[],
  givenOther: readonly Input[],
): Difference[] {
  const differs: Readonly<Record<Difference, boolean>> = {
    status: a.status !== b.status,
    code: isOther(a.code, b.code),
    inputs:
      given.length !== givenOther.length ||
      given.some(([label, digest], index) => {
        const [otherLabel, other = null] = givenOther[index] ?? [];
        return label !== otherLabel || isOther(digest, other);
      }),
    output: isOther(a.output, b.output),
    executor: a.executor !== b.executor && !isStructural(a.type),
  };
  return DIFFERENCES.filter((difference) => differs[difference]);
}

/** What is not known on one side is not called different. */
function isOther(one: string | null, other: string | null): boolean {
  return one !== null && other !== null && one !== other;
}
