import { type CanonicalCode, canonicalCode } from "./canonical-code.ts";
import { type Effect, effectOf, functionOf, isDefinition } from "./effects.ts";
import type { BundleProgram, Unit } from "./program.ts";

export type State = "own" | "package";

/** What the units of a bundle are and refer to, for finding what a piece of code can depend on. */
export interface UnitGraph {
  readonly program: BundleProgram;
  readonly codes: readonly CanonicalCode[];
  readonly effects: readonly Effect[];
  /** For units that hold a value which others can change, whose it is: the user's own or a package's. */
  readonly states: readonly (State | undefined)[];
  /** For each unit those that mention it or assign to it. */
  readonly mentionedBy: readonly ReadonlySet<number>[];
  /** Units that are evaluated for what they do to the surroundings, whatever refers to them. */
  readonly always: ReadonlySet<number>;
}

/** @param defining the paths of modules that are known to define something */
export function unitGraph(program: BundleProgram, defining: ReadonlySet<string>): UnitGraph {
  const { units } = program;
  const codes = units.map(({ nodes }) => canonicalCode(nodes, program));
  const effects = units.map((unit) => effectOf(unit, program));
  const mentionedBy = units.map(() => new Set<number>());
  for (const [index, code] of codes.entries())
    for (const target of targets(code)) if (target !== index) mentionedBy[target]?.add(index);
  const definitions = units.map((unit) => isDefinition(unit, program));
  const states = units.map((unit, index) => (definitions[index] ? undefined : stateOf(unit)));
  const graph = { program, codes, effects, states, mentionedBy: withoutExposure(mentionedBy, definitions) };
  const serving = new Set([...defining, ...servingModules(program, mentionedBy)]);
  return { ...graph, always: alwaysEvaluated(graph, mentionedBy, serving) };
}

/** The units that a piece of code mentions, in the order of first mention, and those it assigns to. */
export function targets({ parts, assigns }: CanonicalCode): ReadonlySet<number> {
  const found = new Set<number>();
  for (const part of parts) if (typeof part !== "string") found.add(part.unit);
  for (const unit of assigns) found.add(unit);
  return found;
}

/** All units from which one of the given units is reached, these included. */
export function reaching(
  starts: Iterable<number>,
  mentionedBy: UnitGraph["mentionedBy"],
  seen = new Set<number>(),
): ReadonlySet<number> {
  const waiting = [...starts];
  for (let unit = waiting.pop(); unit !== undefined; unit = waiting.pop()) {
    if (seen.has(unit)) continue;
    seen.add(unit);
    for (const from of mentionedBy[unit] ?? []) waiting.push(from);
  }
  return seen;
}

/** A bare declaration counts: somebody will assign to it. */
function stateOf(unit: Unit): State | undefined {
  if (unit.names.length === 0 || functionOf(unit) !== undefined) return undefined;
  return isPackage(unit.module) ? "package" : "own";
}

/** Whoever has an electron or lattice has no hold of what its function refers to. */
function withoutExposure(
  mentionedBy: readonly ReadonlySet<number>[],
  definitions: readonly boolean[],
): readonly ReadonlySet<number>[] {
  return mentionedBy.map((from, unit) => (definitions[unit] === true ? new Set<number>() : from));
}

function alwaysEvaluated(
  graph: Omit<UnitGraph, "always">,
  mentionedBy: readonly ReadonlySet<number>[],
  serving: ReadonlySet<string>,
): ReadonlySet<number> {
  const { program, effects } = graph;
  const changing = program.units.filter((unit) => changesSurroundings(unit, graph)).map(({ index }) => index);
  const reachesGlobals = reaching(changing, graph.mentionedBy);
  const isAlways = ({ index, module, names }: Unit): boolean => {
    if (effects[index] === "none") return false;
    const unused = effects[index] === "import" && names.length > 0 && mentionedBy[index]?.size === 0;
    return reachesGlobals.has(index) || unused || !serving.has(module);
  };
  return new Set(program.units.filter(isAlways).map(({ index }) => index));
}

/** It changes globals, or a package that is not its own. */
function changesSurroundings(
  { index, module }: Unit,
  { program, codes, effects }: Omit<UnitGraph, "always">,
): boolean {
  const code = codes[index];
  if (code === undefined || code.changesGlobals) return code !== undefined;
  return [...code.assigns].some((target) => {
    const owner = program.units[target]?.module ?? "";
    return effects[target] === "import" || (owner !== module && isPackage(owner));
  });
}

/** Modules that others refer to. */
function servingModules({ units }: BundleProgram, mentionedBy: readonly ReadonlySet<number>[]): string[] {
  const isMentionedElsewhere = ({ index, module }: Unit): boolean =>
    [...(mentionedBy[index] ?? [])].some((from) => units[from]?.module !== module);
  return units.filter(isMentionedElsewhere).map(({ module }) => module);
}

function isPackage(module: string): boolean {
  return /(?:^|\/)node_modules\//.test(module);
}
