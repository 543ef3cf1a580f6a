import fc from "fast-check";
import { link, node } from "../../test/contract/journal-manifest.ts";
import {
  type ManifestLink,
  type ManifestNode,
  manifestLinkSchema,
  type NodeOptions,
} from "../model/manifest.ts";
import { WAIT_EDGE } from "../model/node.ts";

/** A graph to register. */
export interface RandomGraph {
  readonly nodes: readonly ManifestNode[];
  readonly links: readonly ManifestLink[];
}

const options = fc.record(
  {
    retries: fc.integer({ min: 0, max: 2 }),
    retry: fc.record({ delay_ms: fc.constantFrom(0, 1, 20) }),
    lost_attempts: fc.integer({ min: 0, max: 2 }),
    at_most_once: fc.boolean(),
    concurrency: fc.integer({ min: 1, max: 2 }),
    priority: fc.integer({ min: -1, max: 1 }),
  },
  { requiredKeys: [] },
);

const drafts = fc.array(
  fc.record({
    type: fc.constantFrom(
      "function",
      "function",
      "function",
      "electron_list",
      "electron_dict",
      "subscripted",
    ),
    /** Which of the nodes before it builds on. */
    parents: fc.array(fc.record({ at: fc.nat(1_000), wait: fc.boolean() }), { maxLength: 3 }),
    options: options,
  }),
  { minLength: 1, maxLength: 8 },
);

export const graphs: fc.Arbitrary<RandomGraph> = drafts.map((all) => {
  const links: ManifestLink[] = [];
  const nodes = all.map(({ type, parents, options }, id) => {
    const sources = [...new Map(parents.map(({ at, wait }) => [id === 0 ? -1 : at % id, wait]))].filter(
      ([source]) => source >= 0,
    );
    // An element of what a task returned: whatever that is.
    const container =
      type === "subscripted" ? sources.find(([source]) => all[source]?.type === "function") : undefined;
    const isElement = container !== undefined;
    if (isElement) links.push(link(container[0], id));
    else
      for (const [index, [source, wait]] of sources.entries())
        links.push(wait && type === "function" ? waiting(source, id) : value(source, id, index));
    const actual = isElement ? "subscripted" : type === "subscripted" ? "function" : type;
    return make(id, actual, options);
  });
  return { nodes, links };
});

function make(id: number, type: string, options: NodeOptions): ManifestNode {
  if (type === "function")
    return node(id, { name: `f${id}`, electron: `m.ts#f${id}`, bundle: "b".repeat(64), options });
  if (type === "subscripted") return node(id, { name: `:subscripted:${id}`, type: "subscripted", key: 0 });
  return node(id, {
    name: `:${type}:${id}`,
    type: type === "electron_list" ? "electron_list" : "electron_dict",
  });
}

function value(source: number, target: number, index: number): ManifestLink {
  return manifestLinkSchema.parse({
    source,
    target,
    metadata: { edge_name: `k${index}`, param_type: "arg", arg_index: index },
  });
}

function waiting(source: number, target: number): ManifestLink {
  return manifestLinkSchema.parse({ source, target, metadata: { edge_name: WAIT_EDGE } });
}

export const ACTIONS = [
  "place",
  "complete",
  "fail",
  "timeout",
  "lose",
  "return",
  "confirm",
  "cancel",
  "cancel-nodes",
  "pause",
  "resume",
  "restart",
  "refuse",
] as const;

/** What happens next, and to which of those it may happen to. */
export interface Action {
  readonly kind: (typeof ACTIONS)[number];
  readonly at: number;
  /** The server is killed before it has answered. */
  readonly killed: boolean;
}

const usual: Action["kind"][] = [
  "place",
  "place",
  "complete",
  "complete",
  "fail",
  "lose",
  "restart",
  "refuse",
];

export const actions: fc.Arbitrary<Action[]> = fc.array(
  fc.record({
    kind: fc.constantFrom(...usual, ...ACTIONS),
    at: fc.nat(1_000),
    killed: fc.integer({ min: 0, max: 9 }).map((chance) => chance === 9),
  }),
  { maxLength: 30 },
);
