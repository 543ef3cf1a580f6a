import * as z from "zod";
import type { DispatchRepository } from "../database/repositories/dispatch-repository.ts";

/** Nodes or links read at once: others are served between two slices. */
const SLICE = 1_000;

const index = z.array(z.int());
const times = z.array(z.number().nullable());

/**
 * A whole graph in columns, for who draws it: entry `i` of each column of `nodes` belongs to the same node, and texts are numbers of
 * entries in `words` (-1: none). 10,000 nodes are under a megabyte.
 */
export const graphColumnsSchema = z.object({
  /** The number of the last event that is surely in it. */
  sequence: z.int(),
  words: z.array(z.string()),
  nodes: z.object({
    id: index,
    name: index,
    type: index,
    status: index,
    executor: index,
    /** Of leptons: `python` or `shell`. */
    language: index,
    reason: index,
    sub_dispatch: index,
    /** Milliseconds since the epoch. */
    started_at: times,
    ended_at: times,
  }),
  /** Ids of nodes, and the name of what the target takes from the source. */
  links: z.object({ source: index, target: index, name: index }),
});
export type GraphColumns = z.output<typeof graphColumnsSchema>;

/** Where a graph is read from, page by page. */
export type GraphReader = Pick<DispatchRepository, "nodeStates" | "links">;

/** Reads the graph of a dispatch that exists. */
export async function readGraphColumns(
  dispatches: GraphReader,
  dispatchId: string,
  sequence: number,
): Promise<GraphColumns> {
  const words = dictionary();
  const nodes = await nodeColumns(dispatches, dispatchId, words.indexOf);
  const links = await linkColumns(dispatches, dispatchId, words.indexOf);
  return { sequence, words: words.list, nodes, links };
}

type IndexOf = (word: string | null) => number;

function dictionary(): { readonly list: string[]; readonly indexOf: IndexOf } {
  const list: string[] = [];
  const known = new Map<string, number>();
  const indexOf = (word: string | null): number => {
    if (word === null) return -1;
    const found = known.get(word);
    if (found !== undefined) return found;
    known.set(word, list.length);
    return list.push(word) - 1;
  };
  return { list, indexOf };
}

async function nodeColumns(dispatches: GraphReader, dispatchId: string, indexOf: IndexOf) {
  const columns: GraphColumns["nodes"] = {
    id: [],
    name: [],
    type: [],
    status: [],
    executor: [],
    language: [],
    reason: [],
    sub_dispatch: [],
    started_at: [],
    ended_at: [],
  };
  for (let after = -1; ; ) {
    const nodes = await dispatches.nodeStates(dispatchId, { after, limit: SLICE });
    for (const node of nodes) {
      columns.id.push(node.id);
      columns.name.push(indexOf(node.name));
      columns.type.push(indexOf(node.type));
      columns.status.push(indexOf(node.status));
      columns.executor.push(indexOf(node.executor));
      columns.language.push(indexOf(node.language));
      columns.reason.push(indexOf(node.reason));
      columns.sub_dispatch.push(indexOf(node.sub_dispatch_id));
      columns.started_at.push(msOf(node.start_time));
      columns.ended_at.push(msOf(node.end_time));
    }
    after = nodes.at(-1)?.id ?? after;
    if (nodes.length < SLICE) return columns;
  }
}

async function linkColumns(dispatches: GraphReader, dispatchId: string, indexOf: IndexOf) {
  const columns: GraphColumns["links"] = { source: [], target: [], name: [] };
  for (let offset = 0; ; offset += SLICE) {
    const links = await dispatches.links(dispatchId, { offset, limit: SLICE });
    for (const { source, target, metadata } of links) {
      columns.source.push(source);
      columns.target.push(target);
      columns.name.push(indexOf(metadata.edge_name));
    }
    if (links.length < SLICE) return columns;
  }
}

function msOf(time: string | null): number | null {
  const ms = time === null ? Number.NaN : Date.parse(time);
  return Number.isNaN(ms) ? null : ms;
}
