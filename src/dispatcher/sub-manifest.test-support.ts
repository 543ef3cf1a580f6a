import { hash } from "node:crypto";
import { header, link, node } from "../../test/contract/journal-manifest.ts";
import type { ProducedPayload } from "../executors/executor.ts";
import type { ManifestLink, ManifestNode } from "../model/manifest.ts";
import { encodeManifestFile } from "../model/manifest-file.ts";
import { manifestText } from "../model/manifest-text.ts";
import { electron } from "./dispatcher-rig.test-support.ts";

/** A lattice of tasks beside one another: it returns what the only one gives, else a list. */
export function flow(names: readonly string[]): Promise<ProducedPayload> {
  const tasks = names.map((name, id) => electron(id, name));
  const at = names.length;
  const reconstruct = (id: number) => node(id, { type: "reconstruct", name: ":postprocess:reconstruct" });
  if (at === 1) return manifest([...tasks, reconstruct(1)], [link(0, 1)]);
  const nodes = [...tasks, node(at, { type: "electron_list" }), reconstruct(at + 1)];
  return manifest(nodes, [...tasks.map(({ id }) => link(id, at)), link(at, at + 1)]);
}

/** What the attempt of a sublattice puts out. */
export async function manifest(
  nodes: readonly ManifestNode[],
  links: readonly ManifestLink[],
): Promise<ProducedPayload> {
  const { lattice, ...rest } = header({ tags: ["own"], bundle: "b".repeat(64) });
  const lines = await Array.fromAsync(
    manifestText([
      {
        kind: "header",
        node_count: nodes.length,
        link_count: links.length,
        header: { ...rest, lattice },
        node_defaults: {},
      },
      { kind: "nodes", nodes: [...nodes] },
      { kind: "links", links: [...links] },
      { kind: "end" },
    ]),
  );
  const inline = Buffer.concat(encodeManifestFile(lines, new Map()));
  return { digest: hash("sha256", inline), size: inline.length, codec: "manifest", inline };
}
