import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { dispatchSync } from "covalent-ts";
import { describe, expect, test } from "vitest";
import { served } from "./served.ts";
import {
  branch,
  factorial,
  failed,
  largeThrough,
  many,
  mapped,
  mappedValues,
  nested,
  retriedLattice,
  shapes,
  sumOfSquares,
  unbuildable,
} from "./workflows/sublattices.ts";

/** One server for all tests of this file, with real workers. */
const there = served();

describe("a sublattice", () => {
  test("loops over what was a handle outside of it", async () => {
    const { status, result, nodes } = await dispatchSync(sumOfSquares, there.server)(4);
    expect({ status, result }).toEqual({
      status: "COMPLETED",
      result: { total: 14, last: 4, all: [0, 1, 4, 9] },
    });
    const node = nodes.find(({ type }) => type === "sublattice");
    expect(node?.name).toBe("squares");
    const sub = await node?.subDispatch();
    expect(sub).toMatchObject({ status: "COMPLETED", name: "squares", result: [0, 1, 4, 9] });
    expect(sub?.dispatchId).toBe(node?.subDispatchId);
    expect(await sub?.inputs()).toEqual({ args: [[0, 1, 2, 3]], kwargs: {} });
    expect(await node?.output()).toEqual([0, 1, 4, 9]);
  });

  test("returns whatever a lattice returns: values, lists and objects of handles, parts of them", async () => {
    const { result } = await dispatchSync(shapes, there.server)(4);
    expect(result).toEqual({ whole: { x: 4, y: -4 }, first: -4, y: -4, sum: 0, plain: [4, "text"] });
  });

  test("may call itself, and decide by a result", async () => {
    expect((await dispatchSync(factorial, there.server)(6)).result).toBe(720);
    expect((await dispatchSync(branch, there.server)(5)).result).toBe(16);
    expect((await dispatchSync(branch, there.server)(6)).result).toBe(3);
  });

  test("that fails fails its node, and the error of its own node is found through it", async () => {
    const { status, error, nodes } = await dispatchSync(failed, there.server)(5);
    expect(status).toBe("FAILED");
    expect(error?.message).toContain("1 node failed: failing (node 1): SublatticeFailed: its dispatch");
    expect(nodes.find(({ name }) => name === "square")?.status).toBe("COMPLETED");
    const sub = await error?.nodes[0]?.subDispatch();
    expect((await sub?.error?.nodes[0]?.error())?.message).toBe("no 5");
    expect((await error?.nodes[0]?.error())?.message).toContain(
      "1 node failed: boom (node 1): RangeError: no 5",
    );
  });

  test("whose function throws fails its node with that error", async () => {
    const { error } = await dispatchSync(unbuildable, there.server)(5);
    const thrown = await error?.nodes[0]?.error();
    expect(thrown).toMatchObject({ name: "TypeError", message: "cannot build with 5" });
    expect(thrown?.stack).toContain("sublattices.ts");
  });

  test("is run again as a whole when its node may be tried again", async () => {
    const journal = join(there.scratch, "retried");
    const { status, result, nodes } = await dispatchSync(retriedLattice, there.server)(journal, 3);
    expect({ status, result }).toEqual({ status: "COMPLETED", result: 3 });
    expect(await readFile(journal, "utf8")).toBe("called\n".repeat(3));
    const attempts = await nodes.find(({ type }) => type === "sublattice")?.attempts();
    expect(attempts?.map((attempt) => attempt.status)).toEqual(["FAILED", "FAILED", "COMPLETED"]);
  });

  test("is left out of the list of dispatches unless it is asked for", async () => {
    const { nodes } = await dispatchSync(branch, there.server)(4);
    const sub = nodes.find(({ type }) => type === "sublattice")?.subDispatchId;
    const listed = async (query: string): Promise<unknown[]> => {
      const answer = await fetch(`${there.server.url}/api/v2/dispatches?count=1000${query}`);
      const { dispatches } = (await answer.json()) as { dispatches: { dispatch_id: unknown }[] };
      return dispatches.map((one) => one.dispatch_id);
    };
    expect(await listed("")).toContain(sub);
    expect(await listed("&sub_dispatches=false")).not.toContain(sub);
  });

  test("takes large values, and hands them on", async () => {
    expect((await dispatchSync(largeThrough, there.server)(8 * 1024 * 1024)).result).toBe(1024 * 1024);
  });

  test("may be one of hundreds", async () => {
    const { result } = await dispatchSync(many, there.server)(300);
    expect(result).toBe(Array.from({ length: 300 }, (_, x) => x * x).reduce((all, each) => all + each, 0));
  });
});

describe("electron.map", () => {
  test("calls the electron for each element of a list that another task made, with arguments that all share", async () => {
    expect((await dispatchSync(mapped, there.server)(3)).result).toEqual([100, 102, 104]);
    expect((await dispatchSync(mappedValues, there.server)([1, 2, 3])).result).toBe(14);
  });

  test("over nothing gives an empty list", async () => {
    expect(await dispatchSync(mapped, there.server)(0)).toMatchObject({ status: "COMPLETED", result: [] });
  });

  test("maps lattices, and in lattices, at any depth", async () => {
    const { result } = await dispatchSync(nested, there.server)([3, 4]);
    expect(result).toEqual([
      { total: 5, last: 4, all: [0, 1, 4] },
      { total: 14, last: 4, all: [0, 1, 4, 9] },
    ]);
  });
});
