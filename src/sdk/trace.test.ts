import { describe, expect, test } from "vitest";
import { CovalentError, type ErrorCode } from "../model/errors.ts";
import { WAIT_EDGE } from "../model/node.ts";
import { deserialize } from "../serialization/deserialize.ts";
import { electron } from "./electron.ts";
import { lattice } from "./lattice.ts";
import { type TracedGraph, trace } from "./trace.ts";
import { wait } from "./wait.ts";

interface Row {
  readonly year: number;
}

const clean = electron((path: string): Row[] => [{ year: path.length }]);
const model = electron((rows: Row[], degree: number) => rows.length * degree);
const best = electron((fits: number[]) => Math.max(...fits));
const report = electron((_report: Record<string, unknown>) => "written");
const tick = electron((..._after: unknown[]) => 1);

/** A graph in one line for each node: `id name <- the sources of its arguments, by name`. */
function lines({ nodes, edges }: TracedGraph): string[] {
  return nodes.map(({ id, name }) => {
    const into = edges.filter(({ target }) => target === id);
    return `${id} ${name}${into.map((edge) => ` ${edge.name}=${edge.source}`).join("")}`;
  });
}

describe("a trace", () => {
  test("has a node for each call, each plain argument and the result", async () => {
    const graph = await trace(
      lattice((path: string) => model(clean(path), 2)),
      ["data.csv"],
    );
    expect(lines(graph)).toEqual([
      '0 :parameter:"data.csv"',
      "1 clean path=0",
      "2 :parameter:2",
      "3 model rows=1 degree=2",
      "4 :postprocess:reconstruct result=3",
    ]);
    expect(graph.nodes.map(({ type }) => type)).toEqual([
      "parameter",
      "function",
      "parameter",
      "function",
      "reconstruct",
    ]);
    expect(graph.nodes[1]?.electron).toBe(clean);
    expect(graph.nodes[2]?.value).toBe(2);
    expect(graph.edges[2]).toEqual({ source: 2, target: 3, name: "degree", parameter: "arg", index: 1 });
  });

  test("has list and dict nodes exactly where a structure holds handles", async () => {
    const options = { plain: [1, { deep: true }] };
    const graph = await trace(
      lattice((path: string) => report({ rows: [clean(path), [1, 2]], options })),
      ["a"],
    );
    expect(lines(graph)).toEqual([
      '0 :parameter:"a"',
      "1 clean path=0",
      "2 :parameter:[1, 2]",
      "3 :electron_list: 0=1 1=2",
      "4 :parameter:{plain: [2 items]}",
      "5 :electron_dict: rows=3 options=4",
      "6 report _report=5",
      "7 :postprocess:reconstruct result=6",
    ]);
    expect(graph.nodes[4]?.value).toBe(options);
    expect(graph.edges.filter(({ target }) => target === 3).map(({ index }) => index)).toEqual([0, 1]);
    expect(graph.edges.find(({ name }) => name === "rows")).toMatchObject({
      parameter: "kwarg",
      index: null,
    });
  });

  test("has one node for a part however often it is read, and none for a part that is not used", async () => {
    const graph = await trace(
      lattice((path: string) => {
        const rows = clean(path);
        void rows[7]?.year;
        return tick(rows[0]?.year, rows[0]?.year, rows[0]);
      }),
      ["a"],
    );
    expect(lines(graph).slice(2)).toEqual([
      "2 :clean()[0] arg[0]=1",
      "3 :clean()[0].year arg[0]=2",
      "4 tick _after[0]=3 _after[1]=3 _after[2]=2",
      "5 :postprocess:reconstruct result=4",
    ]);
    expect(graph.nodes[2]).toMatchObject({ type: "subscripted", key: 0 });
    expect(graph.nodes[3]).toMatchObject({ type: "attribute", key: "year" });
  });

  test("returns structures, values or nothing", async () => {
    const structure = await trace(
      lattice(() => ({ all: [tick()], n: 1 })),
      [],
    );
    expect(lines(structure).at(-2)).toBe("3 :electron_dict: all=1 n=2");
    const nothing = await trace(
      lattice(() => {
        tick();
      }),
      [],
    );
    expect(lines(nothing)).toEqual([
      "0 tick",
      "1 :parameter:undefined",
      "2 :postprocess:reconstruct result=1",
    ]);
  });

  test("gives each call its electron's options, and its lattice's executor where it names none", async () => {
    const here = electron({ executor: "local", retries: 2 }, () => 1);
    const graph = await trace(
      lattice({ executor: { name: "slurm", partition: "long" } }, () => [here(), tick()]),
      [],
    );
    expect(graph.nodes[0]?.options).toEqual({ executor: "local", retries: 2 });
    expect(graph.nodes[1]?.options).toEqual({ executor: { name: "slurm", partition: "long" } });
  });

  test("takes an argument that occurs twice in one structure as one node", async () => {
    const graph = await trace(
      lattice(() => {
        const shared = [tick()];
        return [shared, shared];
      }),
      [],
    );
    expect(lines(graph)[2]).toBe("2 :electron_list: 0=1 1=1");
  });

  test("keeps a cyclic value that holds no handle, beside one that does", async () => {
    const cyclic: { self?: unknown } = {};
    cyclic.self = cyclic;
    const graph = await trace(
      lattice(() => report({ cyclic, handle: tick() })),
      [],
    );
    expect(graph.nodes.find(({ value }) => value === cyclic)?.type).toBe("parameter");
  });

  test("takes an object as it is at the call, whatever becomes of it", async () => {
    const graph = await trace(
      lattice(() => {
        const options = { rate: 1 };
        const first = tick(options);
        options.rate = 2;
        return [first, tick(options)];
      }),
      [],
    );
    const payloads = graph.nodes.flatMap(({ payload }) => (payload === undefined ? [] : [payload.bytes]));
    expect(payloads.map(deserialize)).toEqual([{ rate: 1 }, { rate: 2 }]);
  });

  test("refuses what cannot be serialised where it is passed", async () => {
    const flow = lattice(() => report({ deep: [() => 1] }));
    const error = await failure(trace(flow, []), "UNSERIALIZABLE");
    expect(error.message).toMatch(
      /deep\[0\] cannot be serialised: .*given to electron report at \/.*trace\.test\.ts:\d+/,
    );
  });

  const keep = electron((value: unknown) => value);

  test("names the argument whose getter throws, and one that is nested too deeply", async () => {
    const hostile = Object.defineProperty({}, "rows", {
      enumerable: true,
      get: () => {
        throw new Error("gone");
      },
    });
    const thrown = await failure(
      trace(
        lattice(() => report(hostile)),
        [],
      ),
      "UNSERIALIZABLE",
    );
    expect(thrown.message).toMatch(/reading it failed \(Error: gone\); it was given to electron report at /);
    const nested = lattice((path: string) => {
      let list: unknown = clean(path);
      for (let level = 0; level < 5_000; level++) list = [list];
      return keep(list);
    });
    const deep = await failure(trace(nested, ["a"]), "UNSERIALIZABLE");
    expect(deep.message).toContain("nested more than 500 levels deep");
  });

  test("takes sparse arrays with handles in them", async () => {
    const flow = lattice((path: string) => {
      const sparse: unknown[] = [clean(path)];
      sparse[2] = 3;
      return keep(sparse);
    });
    const graph = await trace(flow, ["a"]);
    expect(graph.nodes.find(({ type }) => type === "electron_list")).toBeDefined();
  });

  test("refuses functions that give no value when they are called", () => {
    const make = (fn: unknown) => () => electron(fn as () => number);
    expect(make(function* rows() {})).toThrow(/rows\): a generator cannot be run as a task/);
    expect(make(async function* rows() {})).toThrow(/a generator/);
    expect(make(class Model {})).toThrow(/Model\): a class cannot be run as a task/);
  });

  test("follows an async lattice over its awaits", async () => {
    const graph = await trace(
      lattice(async (path: string) => {
        await new Promise((resolve) => setImmediate(resolve));
        return clean(path);
      }),
      ["a"],
    );
    expect(lines(graph)[1]).toBe("1 clean path=0");
  });

  test("is apart from traces that run at the same time", async () => {
    const flow = lattice(async (path: string) => {
      const first = clean(path);
      await new Promise((resolve) => setImmediate(resolve));
      return model(first, path.length);
    });
    const paths = Array.from({ length: 20 }, (_, index) => "x".repeat(index));
    const graphs = await Promise.all(paths.map((path) => trace(flow, [path])));
    for (const [index, graph] of graphs.entries()) {
      expect(graph.nodes).toHaveLength(5);
      expect(graph.nodes[0]?.value).toBe(paths[index]);
      expect(graph.nodes[2]?.value).toBe(index);
    }
  });

  test("throws what the lattice throws, unchanged", async () => {
    const mine = new RangeError("mine");
    const { stack } = mine;
    const thrown = await trace(
      lattice(() => {
        throw mine;
      }),
      [],
    ).catch((error: unknown) => error);
    expect(thrown).toBe(mine);
    expect(mine.stack).toBe(stack);
  });
});

describe("wait()", () => {
  test("adds edges without a value and returns the child", async () => {
    const graph = await trace(
      lattice(() => {
        const [a, b, c] = [tick(), tick(), tick()];
        expect(Object.is(wait(c, [a, b]), c)).toBe(true);
        return wait(b, a);
      }),
      [],
    );
    const waits = graph.edges.filter(({ name }) => name === WAIT_EDGE);
    expect(waits.map(({ source, target }) => [source, target])).toEqual([
      [0, 2],
      [1, 2],
      [0, 1],
    ]);
    expect(waits[0]).toMatchObject({ parameter: null, index: null });
  });

  test("may point at an older task, but closes no cycle", async () => {
    const first = electron({ name: "first" }, () => 1);
    const second = electron({ name: "second" }, () => 1);
    const flow = lattice(() => {
      const [a, b] = [first(), second()];
      wait(a, b);
      return wait(b, [a]);
    });
    const error = await failure(trace(flow, []), "GRAPH_CYCLE");
    expect(error.message).toMatch(
      /second -> first -> second, closed by wait\(\) at \/.*trace\.test\.ts:\d+:\d+/,
    );
  });

  test("refuses what is no handle", async () => {
    const flow = lattice(() => wait(tick(), [1 as never]));
    expect((await failure(trace(flow, []), "INVALID_ARGUMENT")).message).toContain(
      "parent 0 is not a handle",
    );
  });

  test("outside a lattice only returns its first argument", () => {
    expect(wait("child", [])).toBe("child");
  });
});

describe("an electron", () => {
  test("outside a lattice is its function", async () => {
    const promise = Promise.resolve(1);
    expect(electron(() => promise)()).toBe(promise);
    expect(model([{ year: 1 }] as never, 3)).toBe(3);
    expect(clean.function("ab")).toEqual([{ year: 2 }]);
    expect([clean.name, clean.length]).toEqual(["clean", 1]);
  });

  test("refuses a handle of a lattice that has returned, wherever it is called", async () => {
    let leaked: ReturnType<typeof clean> | undefined;
    await trace(
      lattice({ name: "first" }, () => {
        leaked = clean("a");
      }),
      [],
    );
    const outside = await failure(
      Promise.resolve().then(() => best([leaked as never])),
      "HANDLE_OUTSIDE_LATTICE",
    );
    expect(outside.message).toMatch(
      /electron best was given a handle of electron clean at \/.*trace\.test\.ts:\d+:\d+, .*lattice first, which has returned/,
    );
    const elsewhere = lattice({ name: "second" }, () => report({ deep: [leaked] }));
    await failure(trace(elsewhere, []), "HANDLE_OUTSIDE_LATTICE");
    await failure(
      trace(
        lattice(() => leaked),
        [],
      ),
      "HANDLE_OUTSIDE_LATTICE",
    );
  });

  test("called after its lattice returned says so", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let late: Promise<unknown> | undefined;
    await trace(
      lattice({ name: "hasty" }, () => {
        late = promise.then(() => tick());
      }),
      [],
    );
    resolve();
    const error = await failure(late, "LATTICE_RETURNED");
    expect(error.message).toMatch(
      /electron tick was called at \/.*trace\.test\.ts:\d+:\d+ after lattice hasty had returned/,
    );
  });

  test("refuses a handle hidden in a Map, a Set or an instance, and says where", async () => {
    class Box {
      readonly content: unknown;
      constructor(content: unknown) {
        this.content = content;
      }
    }
    const hidden = async (make: (handle: unknown) => unknown) =>
      (
        await failure(
          trace(
            lattice({ name: "flow" }, () => report({ a: [make(tick())] })),
            [],
          ),
          "HIDDEN_HANDLE",
        )
      ).message;
    expect(await hidden((handle) => new Map([["k", [handle]]]))).toMatch(
      /electron report was given a handle of electron tick inside a Map, at _report\.a\[0\]\.get\("k"\)\[0\] at \/.*trace\.test\.ts/,
    );
    expect(await hidden((handle) => new Set([handle]))).toContain("inside a Set, at _report.a[0] (a member)");
    expect(await hidden((handle) => new Box(handle))).toContain("inside a Box, at _report.a[0].content");
    expect(await hidden((handle) => new Error("x", { cause: handle }))).toContain(
      "inside an Error, at _report.a[0].cause",
    );
  });

  test("refuses a structure that holds handles and contains itself", async () => {
    const flow = lattice(() => {
      const loop: Record<string, unknown> = { handle: tick() };
      loop.inner = [loop];
      return report(loop);
    });
    const error = await failure(trace(flow, []), "CYCLIC_STRUCTURE");
    expect(error.message).toContain("at _report.inner[0] at /");
  });
});

async function failure(promise: Promise<unknown> | undefined, code: ErrorCode): Promise<CovalentError> {
  const error = await promise?.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof CovalentError)) throw new Error(`expected ${code}`, { cause: error });
  expect(error.code).toBe(code);
  return error;
}
