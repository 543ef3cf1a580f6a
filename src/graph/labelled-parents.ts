/** An edge with what says how its target takes it. */
export interface ReuseEdge {
  readonly source: number;
  readonly target: number;
  readonly name: string;
  readonly parameter: "arg" | "kwarg" | null;
  readonly index: number | null;
}

/** The parents of each node, along edges in an order that two equal nodes have in common. */
export class LabelledParents {
  readonly #sources: number[][];
  readonly #labels: string[][];

  /** @param isCalled for nodes to which the position of an argument is all that counts: what their parameters are called is their own business */
  constructor(nodeCount: number, edges: readonly ReuseEdge[], isCalled: (node: number) => boolean) {
    const byTarget: { source: number; label: string }[][] = Array.from({ length: nodeCount }, () => []);
    for (const { source, target, name, parameter, index } of edges) {
      const isArgument = parameter === "arg" && index !== null && isCalled(target);
      const label = isArgument ? `${index}` : JSON.stringify([name, parameter, index]);
      byTarget[target]?.push({ source, label });
    }
    for (const each of byTarget) each.sort((a, b) => order(a.label, b.label) || a.source - b.source);
    this.#sources = byTarget.map((each) => each.map(({ source }) => source));
    this.#labels = byTarget.map((each) => each.map(({ label }) => label));
  }

  /** In the order of {@link labels}, then of the ids. */
  parents(node: number): readonly number[] {
    return this.#sources[node] ?? [];
  }

  labels(node: number): readonly string[] {
    return this.#labels[node] ?? [];
  }
}

function order(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
