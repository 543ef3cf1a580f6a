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

/** Where a definition was made, and what of its code stands there. */
export interface DefinedPlace {
  /** The places of the calls in the bundle's script that defined it, innermost first. */
  readonly calls: readonly CodePlace[];
  /** All of its code, when it is in another language. */
  readonly foreign?: string | undefined;
}

/** Of everything that a bundle defines, by id. */
export type CodeDigests = ReadonlyMap<DefinitionId, CodeDigest>;

/**
 * The code digests of definitions of one bundle. Costs time in proportion to the bundle: some milliseconds for 100 KB.
 *
 * @param bytes the bundle
 * @example
 * codeDigests(bytes, new Map([["src/steps.ts#clean", { calls: [{ line: 40, column: 13 }] }]])).get("src/steps.ts#clean")?.isolated; // true
 */
export function codeDigests(
  bytes: Uint8Array,
  definitions: ReadonlyMap<DefinitionId, DefinedPlace>,
): CodeDigests {
  const graph = analysed(bytes, definitions);
  const whole = createHash("sha256").update(bytes).digest("hex");
  return new Map(
    Array.from(definitions, ([id, { calls, foreign }]) => {
      if (foreign !== undefined) return [id, foreignDigest(foreign)] as const;
      const found = typeof graph === "string" ? graph : isolatedDigest(id, calls, graph);
      return [id, typeof found === "string" ? bundleDigest(whole, id, found) : found] as const;
    }),
  );
}

/** The parsed bundle, or why it cannot be parsed: what is newer than the parser, or nested too deep for it. */
function analysed(
  bytes: Uint8Array,
  definitions: ReadonlyMap<DefinitionId, DefinedPlace>,
): UnitGraph | string {
  try {
    const program = readProgram(new TextDecoder().decode(bytes));
    const graph = unitGraph(program, new Set(Array.from(definitions.keys(), moduleOf)));
    return withForeignCode(graph, definitions);
  } catch (error) {
    return `its bundle cannot be analysed (${error instanceof Error ? error.message : String(error)})`;
  }
}

/** What mentions a definition in another language depends on the code of that, too. */
function withForeignCode(graph: UnitGraph, definitions: ReadonlyMap<DefinitionId, DefinedPlace>): UnitGraph {
  const codes = [...graph.codes];
  for (const { calls, foreign } of definitions.values()) {
    const unit = foreign === undefined ? undefined : definitionCode(calls, graph.program)?.unit.index;
    const code = unit === undefined ? undefined : codes[unit];
    if (unit === undefined || code === undefined) continue;
    codes[unit] = { ...code, parts: [...code.parts, ` foreign ${JSON.stringify(foreign)}`] };
  }
  return { ...graph, codes };
}

function foreignDigest(code: string): CodeDigest {
  return { digest: createHash("sha256").update(`foreign 1 ${code}`).digest("hex"), isolated: true };
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
