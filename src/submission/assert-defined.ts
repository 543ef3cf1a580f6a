import type { DefinitionId } from "../definition/definition.ts";
import { definitionId, definitionPlace } from "../definition/definitions.ts";
import { CovalentError } from "../model/errors.ts";
import type { Electron } from "../sdk/electron.ts";
import type { Lattice } from "../sdk/lattice.ts";
import type { TracedGraph } from "../sdk/traced-graph.ts";
import type { Code } from "./code.ts";

/**
 * Checks that a bundle defines everything a graph needs: the lattice itself and the electrons it called.
 *
 * @throws {CovalentError} `ELECTRON_NOT_IN_BUNDLE` naming the first that is missing, and where it was defined instead
 */
export function assertDefined(lattice: Lattice, graph: TracedGraph, { bundle, digests }: Code): void {
  for (const needed of [lattice, ...graph.nodes.map((node) => node.electron)]) {
    if (needed === undefined) continue;
    const id = definitionId(needed.definition, bundle.root);
    if (!digests.has(id)) throw notInBundle(needed, id);
  }
}

function notInBundle({ name, definition }: Electron | Lattice, id: DefinitionId): CovalentError {
  const place = definitionPlace(definition);
  return new CovalentError("ELECTRON_NOT_IN_BUNDLE", {
    name,
    id,
    module: id.slice(0, id.lastIndexOf("#")),
    place: place === undefined ? id : `${id}, defined at ${place}`,
  });
}
