import type { Definition, DefinitionId } from "../definition/definition.ts";
import { definitionId, definitionPlace } from "../definition/definitions.ts";
import { CovalentError } from "../model/errors.ts";
import type { TracedGraph } from "../sdk/traced-graph.ts";
import type { DefinedCode } from "./code.ts";

/**
 * Checks that a bundle defines everything a graph needs: the lattice itself, and the electrons and lattices it called.
 *
 * @throws {CovalentError} `ELECTRON_NOT_IN_BUNDLE` naming the first that is missing, and where it was defined instead
 */
export function assertDefined(
  lattice: Partial<Defined>,
  graph: Pick<TracedGraph, "nodes">,
  { bundle, digests }: DefinedCode,
): void {
  const called = graph.nodes.flatMap((node) => node.lattice ?? node.electron ?? []);
  for (const { name, definition } of new Set([lattice, ...called])) {
    if (name === undefined || definition === undefined) continue;
    const id = definitionId(definition, bundle.root ?? "");
    if (!digests.has(id)) throw notInBundle({ name, definition }, id);
  }
}

interface Defined {
  readonly name: string;
  readonly definition: Definition;
}

function notInBundle({ name, definition }: Defined, id: DefinitionId): CovalentError {
  const place = definitionPlace(definition);
  return new CovalentError("ELECTRON_NOT_IN_BUNDLE", {
    name,
    id,
    module: id.slice(0, id.lastIndexOf("#")),
    place: place === undefined ? id : `${id}, defined at ${place}`,
  });
}
