import type { ManifestLine } from "../model/manifest.ts";
import type { PreparedDispatch } from "./prepare.ts";

/** Nodes or links in one line of a streamed manifest. */
const SLICE = 1_000;

/** A prepared dispatch as the lines of a streamed manifest. */
export function* manifestLines({ header, nodes, links }: PreparedDispatch): Generator<ManifestLine> {
  yield { kind: "header", node_count: nodes.length, link_count: links.length, header, node_defaults: {} };
  for (let at = 0; at < nodes.length; at += SLICE)
    yield { kind: "nodes", nodes: nodes.slice(at, at + SLICE) };
  for (let at = 0; at < links.length; at += SLICE)
    yield { kind: "links", links: links.slice(at, at + SLICE) };
  yield { kind: "end" };
}
