import { describe, expect, it } from "vitest";
import { groupAlike } from "./boxes.ts";
import { criticalPath } from "./critical-path.ts";
import { depths, foldStructure } from "./fold.ts";
import { type Graph, graphOf } from "./graph.ts";
import { NodeStates } from "./node-states.ts";

type Row = readonly [type: string, name: string];

/** Columns as the server gives them; node `i` has the id `10 * i`. */
function columns(nodes: readonly Row[], links: readonly (readonly [number, number])[]) {
  const words = [...new Set([...nodes.flat(), "NEW_OBJECT", "local"])];
  const word = (text: string) => words.indexOf(text);
  return {
    sequence: 5,
    words,
    nodes: {
      id: nodes.map((_, at) => 10 * at),
      name: nodes.map(([, name]) => word(name)),
      type: nodes.map(([type]) => word(type)),
      status: nodes.map(() => word("NEW_OBJECT")),
      executor: nodes.map(() => word("local")),
      language: nodes.map(() => -1),
      reason: nodes.map(() => -1),
      sub_dispatch: nodes.map(() => -1),
      started_at: nodes.map(() => null),
      ended_at: nodes.map(() => null),
    },
    links: {
      source: links.map(([source]) => 10 * source),
      target: links.map(([, target]) => 10 * target),
      name: links.map(() => -1),
    },
  };
}

const graph = (nodes: readonly Row[], links: readonly (readonly [number, number])[]): Graph =>
  graphOf(columns(nodes, links));
const pairs = (edges: readonly { readonly source: number; readonly target: number }[]) =>
  edges.map(({ source, target }) => [source, target]);

describe("folding", () => {
  it("leads edges past lists and parameters, over several of them, once", () => {
    const folded = foldStructure(
      graph(
        [
          ["function", "a"],
          ["function", "b"],
          ["electron_list", ":electron_list:"],
          ["electron_dict", ":electron_dict:"],
          ["parameter", ":parameter:1"],
          ["function", "c"],
        ],
        [
          [0, 2],
          [1, 2],
          [2, 3],
          [0, 3],
          [3, 5],
          [4, 5],
        ],
      ),
    );
    expect(folded.nodes).toEqual([0, 1, 5]);
    expect(pairs(folded.edges)).toEqual([
      [0, 5],
      [1, 5],
    ]);
  });

  it("keeps a list of many that many take: folded it would be an edge for each pair", () => {
    const many = Array.from({ length: 100 }, (_, at) => at);
    const nodes: Row[] = [
      ...many.map((at): Row => ["function", `in ${at}`]),
      ["electron_list", ":electron_list:"],
      ...many.map((at): Row => ["function", `out ${at}`]),
    ];
    const links = [...many.map((at) => [at, 100] as const), ...many.map((at) => [100, 101 + at] as const)];
    expect(foldStructure(graph(nodes, links)).edges).toHaveLength(200);
  });

  it("shows a graph that is nothing but structure", () => {
    expect(foldStructure(graph([["parameter", ":parameter:1"]], [])).nodes).toEqual([0]);
  });
});

describe("grouping", () => {
  const steps = [0, 1, 2, 3, 4, 5];
  const mapped = graph(
    [
      ...steps.map((): Row => ["function", "map"]),
      ...steps.map((): Row => ["function", "then"]),
      ["function", "sum"],
    ],
    [...steps.map((at) => [at, at + 6] as const), ...steps.map((at) => [at + 6, 12] as const)],
  );

  it("makes one box of like nodes at the same depth, and one edge of theirs", () => {
    const { boxes, edges, boxOf } = groupAlike(mapped, foldStructure(mapped), new Set());
    expect(boxes.map(({ label, members }) => [label, members.length])).toEqual([
      ["map", 6],
      ["then", 6],
      ["sum", 1],
    ]);
    expect(pairs(edges)).toEqual([
      [0, 1],
      [1, 2],
    ]);
    expect(boxOf[7]).toBe(1);
  });

  it("makes one box of the parameters of like nodes, and none of those of others", () => {
    const calls = Array.from(
      { length: 6 },
      (_, at) =>
        [
          ["parameter", `:parameter:${at}`],
          ["function", "work"],
        ] as const,
    ).flat();
    const flow = graph(
      [...calls, ["parameter", ":parameter:once"], ["function", "sum"]],
      [...Array.from({ length: 6 }, (_, at) => [2 * at, 2 * at + 1] as const), [12, 13]],
    );
    const everything = { nodes: flow.nodes.map((_, index) => index), edges: flow.edges };
    const { boxes, edges } = groupAlike(flow, everything, new Set());
    expect(boxes.map(({ members }) => members.length).toSorted()).toEqual([1, 1, 6, 6]);
    expect(edges).toHaveLength(2);
    const work = boxes.find(({ label, members }) => label === "work" && members.length > 1);
    expect(groupAlike(flow, everything, new Set([work?.key ?? ""])).boxes).toHaveLength(14);
  });

  it("draws the nodes of an opened group one by one", () => {
    const folded = foldStructure(mapped);
    const key = groupAlike(mapped, folded, new Set()).boxes[0]?.key ?? "";
    expect(groupAlike(mapped, folded, new Set([key])).boxes).toHaveLength(8);
  });
});

describe("states", () => {
  it("follow events in order, and take none twice", () => {
    const data = columns([["function", "a"]], []);
    const states = new NodeStates(graphOf(data), data);
    let told = 0;
    states.subscribe(() => {
      told += 1;
    });
    const event = { dispatchId: "d", nodeId: 0, at: 100 };
    states.apply([{ ...event, sequence: 5, status: "FAILED" }]);
    expect([states.at(0).status, told]).toEqual(["NEW_OBJECT", 0]);
    states.apply([
      { ...event, sequence: 6, status: "RUNNING" },
      { ...event, sequence: 9, at: 250, status: "COMPLETED" },
    ]);
    expect(states.at(0)).toEqual({ status: "COMPLETED", startedAt: 100, endedAt: 250, reason: undefined });
    expect(told).toBe(1);
  });
});

it("the critical path is the way that took longest", () => {
  const data = columns(
    [
      ["function", "a"],
      ["function", "quick"],
      ["function", "slow"],
      ["function", "end"],
    ],
    [
      [0, 1],
      [0, 2],
      [1, 3],
      [2, 3],
    ],
  );
  const drawn = graphOf(data);
  const took = { ...data, nodes: { ...data.nodes, started_at: [0, 10, 10, 90], ended_at: [10, 20, 90, 95] } };
  expect(criticalPath(drawn, new NodeStates(drawn, took), 100)).toEqual([0, 2, 3]);
});

it("what is on a circle, which no dispatch has, is placed all the same", () => {
  expect([
    ...depths(3, [
      { source: 0, target: 1 },
      { source: 1, target: 2 },
      { source: 2, target: 1 },
    ]),
  ]).toHaveLength(3);
});
