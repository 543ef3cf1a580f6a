import { createHash } from "node:crypto";
import type { Mention } from "./canonical-code.ts";
import type { DefinitionCode } from "./definition-code.ts";
import type { Unit } from "./program.ts";
import { reaching, targets, type UnitGraph } from "./unit-graph.ts";

/** The digest of a definition's code with everything that it depends on, and the units of that, in the order in which they were found. */
export function digestReached(
  { unit, code }: DefinitionCode,
  /** Tells definitions apart that the same code makes. */
  name: string | undefined,
  graph: UnitGraph,
): { readonly digest: string; readonly units: readonly number[] } {
  const collection = new Collection(graph);
  collection.start(unit.module, code.parts, name);
  collection.follow();
  while (collection.includeEffects()) collection.follow();
  return { digest: collection.digest(), units: [...collection.numbers.keys()] };
}

class Collection {
  /** The units found so far, with their numbers: the bundler's names for them, and their places, may change. */
  readonly numbers = new Map<number, number>();
  readonly #graph: UnitGraph;
  readonly #hash = createHash("sha256");
  readonly #modules = new Set<string>();
  /** Units from which state is reached that has been found: the user's own, and any. */
  readonly #touchingOwn = new Set<number>();
  readonly #touching = new Set<number>();
  readonly #waiting: number[] = [];

  constructor(graph: UnitGraph) {
    this.#graph = graph;
  }

  start(module: string, parts: readonly (string | Mention)[], name: string | undefined): void {
    this.#modules.add(module);
    this.#hash.update(`code 1 ${JSON.stringify(name ?? null)}`);
    this.#add(parts);
  }

  /** Adds what the units found so far depend on. */
  follow(): void {
    for (let next = 0; next < this.#waiting.length; next++) {
      const code = this.#graph.codes[this.#waiting[next] ?? -1];
      if (code === undefined) continue;
      this.#add(code.parts);
      for (const target of targets(code)) this.#include(target);
    }
    this.#waiting.length = 0;
  }

  /** Adds what is evaluated for its effects and may change something that was found; false when there is nothing new. */
  includeEffects(): boolean {
    const { program, effects, always } = this.#graph;
    const before = this.numbers.size;
    for (const unit of program.units) {
      const mayChange = effects[unit.index] === "unknown" && this.#mayChange(unit);
      if (mayChange || always.has(unit.index)) this.#include(unit.index);
    }
    return this.numbers.size > before;
  }

  /**
   * A statement of a module that was reached is there for what it does. A declaration is there for its value, unless it has its hands
   * on state that was found; another module's may use a package as this one does and mean nothing by it.
   */
  #mayChange({ index, module, names }: Unit): boolean {
    if (!this.#modules.has(module)) return this.#touchingOwn.has(index);
    return names.length === 0 || this.#touching.has(index);
  }

  digest(): string {
    const { effects } = this.#graph;
    const evaluated = [...this.numbers]
      .filter(([unit]) => effects[unit] !== "none")
      .sort(([a], [b]) => a - b);
    // Two statements that change one thing are not the same the other way round.
    return this.#hash.update(`\n${evaluated.map(([, number]) => number).join()}`).digest("hex");
  }

  #add(parts: readonly (string | Mention)[]): void {
    const texts = parts.map((part) =>
      typeof part === "string" ? part : ` unit${this.#include(part.unit)}.${part.key}`,
    );
    this.#hash.update(`\n${texts.join("")}`);
  }

  #include(unit: number): number {
    const known = this.numbers.get(unit);
    if (known !== undefined) return known;
    const { program, states, mentionedBy } = this.#graph;
    const number = this.numbers.size;
    this.numbers.set(unit, number);
    this.#waiting.push(unit);
    this.#modules.add(program.units[unit]?.module ?? "");
    if (states[unit] !== undefined) reaching([unit], mentionedBy, this.#touching);
    if (states[unit] === "own") reaching([unit], mentionedBy, this.#touchingOwn);
    return number;
  }
}
