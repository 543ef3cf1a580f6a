import { describe, expect, test } from "vitest";
import { CovalentError } from "../model/errors.ts";
import { electron } from "./electron.ts";
import { type Lattice, lattice } from "./lattice.ts";
import { mapLattice } from "./map.ts";
import { type Traceable, type TracedGraph, trace } from "./trace.ts";

const one = electron(function one() {
  return 1;
});
const add = electron(function add(a: number, b: number) {
  return a + b;
});
const list = electron(function list() {
  return [1, 2];
});

describe("a lattice called in a lattice", () => {
  const inner = lattice({ name: "inner" }, (a: number, b: number) => ({ sum: add(a, b) }));

  test("is one node, with its arguments as edges, and its result is a handle that can be reached into", async () => {
    const outer = lattice({ name: "outer" }, () => add(inner(one(), 5).sum, 1));
    const graph = await trace(outer, []);
    expect(shape(graph)).toEqual([
      "0 function one",
      "1 parameter :parameter:5",
      "2 sublattice inner <- a:0 b:1",
      "3 attribute :inner().sum <- arg[0]:2",
      "4 parameter :parameter:1",
      "5 function add <- a:3 b:4",
      "6 reconstruct :postprocess:reconstruct <- result:5",
    ]);
    expect(graph.nodes[2]?.lattice).toBe(inner);
  });

  test("may be itself: its own call is traced when it runs", async () => {
    const countdown: Lattice<(n: number) => unknown> = lattice({ name: "countdown" }, (n: number) =>
      n === 0 ? one() : countdown(n - 1),
    );
    expect(names(await trace(countdown, [3]))).toEqual([
      ":parameter:2",
      "countdown",
      ":postprocess:reconstruct",
    ]);
    expect(names(await trace(countdown, [0]))).toEqual(["one", ":postprocess:reconstruct"]);
  });

  test("runs its function outside of one, and takes no handles there", async () => {
    expect(inner(1, 2)).toEqual({ sum: 3 });
    let leaked: unknown;
    await trace(
      lattice({ name: "leaky" }, () => {
        leaked = one();
        return leaked;
      }),
      [],
    );
    expect(() => inner(leaked as number, 2)).toThrow(/lattice inner/);
  });

  test("as an electron has options of its own, and another name", async () => {
    const robust = electron({ name: "robust", retries: 2, timeout: "1m" }, inner);
    const [, , node] = (
      await trace(
        lattice({ name: "outer" }, () => robust(1, 2)),
        [],
      )
    ).nodes;
    expect(node).toMatchObject({
      type: "sublattice",
      name: "robust",
      options: { retries: 2, timeout: "1m" },
    });
    expect(node?.lattice).toBe(inner);
    expect(robust.function).toBe(inner.function);
    expect(() => electron({ cache: true }, inner)).toThrow(/not for sublattices/);
  });
});

describe("executors", () => {
  const far = lattice({ name: "far", workflowExecutor: "slurm" }, () => one());
  const ssh = lattice({ name: "ssh", executor: "ssh" }, () => one());
  const any = lattice({ name: "any" }, () => one());
  const outer = lattice(
    { name: "outer", executor: "local", workflowExecutor: { name: "pool", size: 2 } },
    () => [far(), ssh(), any(), electron({ executor: "here" }, any)(), one.map([1]), one()],
  );

  test("of sublattice nodes are their lattice's for workflows, else its executor, else inherited", async () => {
    const graph = await trace(outer, []);
    const chosen = graph.nodes.flatMap(({ name, type, options }) =>
      type === "sublattice" || type === "function" ? [[name, options.executor]] : [],
    );
    expect(chosen).toEqual([
      ["far", "slurm"],
      ["ssh", "ssh"],
      ["any", { name: "pool", size: 2 }],
      ["any", "here"],
      ["one.map", { name: "pool", size: 2 }],
      ["one", "local"],
    ]);
  });

  test("of a sublattice's electrons are their own, else its own, else the parent's", async () => {
    const inherited = { executor: "parent", workflowExecutor: "parents-workflow" };
    const executor = async (traced: Traceable) =>
      (await trace(traced, [], inherited)).nodes[0]?.options.executor;
    expect(await executor(any)).toBe("parent");
    expect(await executor(ssh)).toBe("ssh");
    expect(await executor(lattice({ name: "own" }, () => electron({ executor: "mine" }, () => 1)()))).toBe(
      "mine",
    );
    expect((await trace(any, [], inherited)).executors).toEqual(inherited);
    expect((await trace(far, [], inherited)).executors).toEqual({
      executor: "parent",
      workflowExecutor: "slurm",
    });
  });
});

describe("electron.map", () => {
  test("is one node in a lattice", async () => {
    const graph = await trace(
      lattice({ name: "outer" }, () => add.map(list(), one())),
      [],
    );
    expect(shape(graph)).toEqual([
      "0 function list",
      "1 function one",
      "2 sublattice add.map <- a:0 b:1",
      "3 reconstruct :postprocess:reconstruct <- result:2",
    ]);
    expect(graph.nodes[2]?.electron).toBe(add);
  });

  test("becomes a call for each element, with one node for what all of them share", async () => {
    const graph = await trace(mapLattice(add), [[10, 20], 5]);
    expect(shape(graph)).toEqual([
      "0 parameter :parameter:5",
      "1 parameter :parameter:10",
      "2 function add <- a:1 b:0",
      "3 parameter :parameter:20",
      "4 function add <- a:3 b:0",
      "5 electron_list :electron_list: <- 0:2 1:4",
      "6 reconstruct :postprocess:reconstruct <- result:5",
    ]);
    expect(names(await trace(mapLattice(add), [[], 5])).at(-2)).toBe(":parameter:[]");
  });

  test("of a lattice becomes a sublattice for each element", async () => {
    const each = electron(lattice({ name: "inner" }, (n: number) => add(n, n)));
    const graph = await trace(mapLattice(each as never), [[1, 2]]);
    expect(graph.nodes.filter(({ type }) => type === "sublattice")).toHaveLength(2);
  });

  test("takes nothing but lists", async () => {
    await expect(trace(mapLattice(add), [{ length: 1 }])).rejects.toThrow(
      /add\.map\(\) takes an array.*not object/,
    );
    const wrong = lattice({ name: "wrong" }, () => add.map(new Set([1]) as never, 1));
    await expect(trace(wrong, [])).rejects.toThrow(/sublattice\.test\.ts:\d+/);
    await expect(trace(wrong, [])).rejects.toBeInstanceOf(CovalentError);
  });

  test("outside a lattice runs the function for each element, and waits for all when they are asynchronous", async () => {
    expect(add.map([1, 2], 10)).toEqual([11, 12]);
    const later = electron(async (n: number) => 2 * n);
    expect(await later.map([1, 2])).toEqual([2, 4]);
  });
});

function names({ nodes }: TracedGraph): string[] {
  return nodes.map(({ name }) => name);
}

/** Each node with the nodes it takes, by the names of its arguments. */
function shape({ nodes, edges }: TracedGraph): string[] {
  return nodes.map(({ id, type, name }) => {
    const from = edges.filter(({ target }) => target === id).map((edge) => `${edge.name}:${edge.source}`);
    return `${id} ${type} ${name}${from.length > 0 ? ` <- ${from.join(" ")}` : ""}`;
  });
}
