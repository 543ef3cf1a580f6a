import { describe, expect, it } from "vitest";
import { type ComparedGraph, type ComparedNode, compareGraphs } from "./compare.ts";

function node(id: number, more: Partial<ComparedNode> = {}): ComparedNode {
  const defaults = { name: "fit", type: "function", status: "COMPLETED", executor: "local" } as const;
  return { id, ...defaults, durationMs: 1, code: "c", output: `o${id}`, ...more };
}

const parameter = (id: number, output: string) =>
  node(id, { type: "parameter", name: `:parameter:${output}`, output });

function graph(nodes: readonly ComparedNode[], edges: readonly [number, number][] = []): ComparedGraph {
  return { nodes, edges: edges.map(([source, target]) => ({ source, target, name: "x", index: 0 })) };
}

const told = (a: ComparedGraph, b: ComparedGraph) =>
  compareGraphs(a, b).map(({ a, b, differs }) => [a?.id ?? null, b?.id ?? null, ...differs]);

describe("two dispatches", () => {
  it("that are the same differ in nothing, however long their nodes took", () => {
    const slow = node(0, { durationMs: 900 });
    expect(told(graph([node(0)]), graph([slow]))).toEqual([[0, 0]]);
  });

  it("differ in status, code, executor and output", () => {
    const other = node(0, { status: "FAILED", code: "d", executor: "slurm", output: null });
    expect(told(graph([node(0)]), graph([other]))).toEqual([[0, 0, "status", "code", "executor"]]);
    expect(told(graph([node(0)]), graph([node(0, { output: "p" })]))).toEqual([[0, 0, "output"]]);
  });

  it("differ in what a node was given, through what assembles it, too", () => {
    const list = (output: string) => node(1, { type: "electron_list", name: ":electron_list:", output });
    const one = graph(
      [parameter(0, "1"), list("[1]"), node(2)],
      [
        [0, 1],
        [1, 2],
      ],
    );
    const other = graph(
      [parameter(0, "7"), list("[7]"), node(2)],
      [
        [0, 1],
        [1, 2],
      ],
    );
    expect(told(one, other)).toEqual([
      [0, 0, "output"],
      [2, 2, "inputs"],
    ]);
  });

  it("have their nodes found by name where ids are others, and what only one has is told", () => {
    const one = graph([node(0, { name: "load" }), node(1), node(2, { name: "plot" })]);
    const other = graph([node(0, { name: "load" }), node(1, { name: "clean" }), node(2, { output: "o1" })]);
    expect(told(one, other)).toEqual([
      [0, 0],
      [1, 2],
      [2, null],
      [null, 1],
    ]);
  });

  it("have nodes belong together that were given the same, wherever they stand", () => {
    const load = (id: number, output: string) => node(id, { name: "load", output });
    const one = graph(
      [parameter(0, "Oslo"), load(1, "o"), parameter(2, "Lima"), load(3, "l")],
      [
        [0, 1],
        [2, 3],
      ],
    );
    const other = graph(
      [parameter(0, "Rome"), load(1, "r"), parameter(2, "Oslo"), load(3, "o")],
      [
        [0, 1],
        [2, 3],
      ],
    );
    expect(told(one, other)).toEqual([
      [0, 2],
      [1, 3],
      [2, 0, "output"],
      [3, 1, "inputs", "output"],
    ]);
  });

  it("may have ten thousand nodes each, none of them at the same place", () => {
    const many = (from: number) =>
      graph(Array.from({ length: 10_000 }, (_, index) => node(index + from, { output: `${index}` })));
    const began = process.cpuUsage();
    expect(compareGraphs(many(0), many(20_000)).every(({ b, differs }) => b && differs.length === 0)).toBe(
      true,
    );
    expect(process.cpuUsage(began).user / 1_000).toBeLessThan(2_000);
  });
});
