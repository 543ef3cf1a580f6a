/**
 * What two dispatches have in common and what not, node by node. Nodes belong together that have one name: those with one id first,
 * then the others in their order. It takes as long as there are nodes and edges.
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
  return pairs(a.nodes.filter(isCompared), b.nodes.filter(isCompared)).map(([mine, theirs]) => ({
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

type Pair = readonly [ComparedNode | null, ComparedNode | null];

function pairs(a: readonly ComparedNode[], b: readonly ComparedNode[]): Pair[] {
  const byId = new Map(b.map((node) => [node.id, node]));
  const same = (node: ComparedNode) => {
    const other = byId.get(node.id);
    return other !== undefined && nameOf(other) === nameOf(node) ? other : undefined;
  };
  const taken = new Set(a.flatMap((node) => same(node)?.id ?? []));
  const left = Map.groupBy(
    b.filter(({ id }) => !taken.has(id)),
    nameOf,
  );
  // Read from their beginnings: taking the first out of a long list costs as much as the list is long.
  const next = new Map<string, number>();
  const paired = a.map((node): Pair => {
    const found = same(node);
    if (found !== undefined) return [node, found];
    const at = next.get(nameOf(node)) ?? 0;
    next.set(nameOf(node), at + 1);
    return [node, left.get(nameOf(node))?.[at] ?? null];
  });
  const only = [...left].flatMap(([name, nodes]) => nodes.slice(next.get(name) ?? 0));
  only.sort((one, other) => one.id - other.id);
  return [...paired, ...only.map((node): Pair => [null, node])];
}

/** The names of parameters say their values. */
function nameOf({ name, type }: ComparedNode): string {
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
