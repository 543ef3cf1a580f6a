/**
 * Digests of the code of single electrons and lattices, found in the text of the bundle that defines them.
 *
 * Promises: a digest changes when the function, or anything of the bundle that it can depend on, changes: what it mentions, what that
 * mentions and so on, what the modules of these do when they are evaluated, what any module does to globals or to state that it
 * reaches, the versions of packages outside. It does not change with comments and layout, nor with the names that the bundler
 * chooses. What cannot be told apart from the rest of its bundle gets a digest of the whole bundle, and a reason.
 */
import { createHash } from "node:crypto";
import type { DefinitionId } from "../../definition/definition.ts";
import { digestReached } from "./collection.ts";
import { type CodePlace, definitionCode } from "./definition-code.ts";
import { readProgram } from "./program.ts";
import { type UnitGraph, unitGraph } from "./unit-graph.ts";

/** What stands for the code of one electron or lattice, the same in every process. */
export interface CodeDigest {
  /** SHA-256, 64 lower-case hex digits. */
  readonly digest: string;
  /** False when it is a digest of all of the bundle. */
  readonly isolated: boolean;
  /** Why it is that. */
  readonly reason?: string;
}

/** Of everything that a bundle defines, by id. */
export type CodeDigests = ReadonlyMap<DefinitionId, CodeDigest>;

/**
 * The code digests of definitions of one bundle. Costs time in proportion to the bundle: some milliseconds for 100 KB.
 *
 * @param bytes the bundle
 * @param definitions for each id the places of the calls in the bundle's script that defined it, innermost first
 * @example
 * codeDigests(bytes, new Map([["src/steps.ts#clean", [{ line: 40, column: 13 }]]])).get("src/steps.ts#clean")?.isolated; // true
 */
export function codeDigests(
  bytes: Uint8Array,
  definitions: ReadonlyMap<DefinitionId, readonly CodePlace[]>,
): CodeDigests {
  const graph = analysed(bytes, new Set(Array.from(definitions.keys(), moduleOf)));
  const whole = createHash("sha256").update(bytes).digest("hex");
  return new Map(
    Array.from(definitions, ([id, places]) => {
      const found = typeof graph === "string" ? graph : isolatedDigest(id, places, graph);
      return [id, typeof found === "string" ? bundleDigest(whole, id, found) : found] as const;
    }),
  );
}

/** The parsed bundle, or why it cannot be parsed: what is newer than the parser, or nested too deep for it. */
function analysed(bytes: Uint8Array, defining: ReadonlySet<string>): UnitGraph | string {
  try {
    return unitGraph(readProgram(new TextDecoder().decode(bytes)), defining);
  } catch (error) {
    return `its bundle cannot be analysed (${error instanceof Error ? error.message : String(error)})`;
  }
}

function moduleOf(id: DefinitionId): string {
  return id.slice(0, id.lastIndexOf("#"));
}

/** Two electrons of one bundle are two things, so that the id is a part of it. */
function bundleDigest(whole: string, id: DefinitionId, reason: string): CodeDigest {
  const digest = createHash("sha256")
    .update(JSON.stringify(["bundle", whole, id]))
    .digest("hex");
  return { digest, isolated: false, reason };
}

function isolatedDigest(
  id: DefinitionId,
  places: readonly CodePlace[],
  graph: UnitGraph,
): CodeDigest | string {
  const definition = definitionCode(places, graph.program);
  if (definition === undefined)
    return "it is defined in a function, or in a module that is evaluated on demand (CommonJS, or imported by import())";
  const name = definition.shared ? id.slice(moduleOf(id).length) : undefined;
  const { digest, units } = digestReached(definition, name, graph);
  const reached = definition.code.callsEval
    ? definition.unit.index
    : units.find((unit) => graph.codes[unit]?.callsEval);
  return reached === undefined
    ? { digest, isolated: true }
    : `it reaches a call of eval() in ${graph.program.units[reached]?.module}`;
}
