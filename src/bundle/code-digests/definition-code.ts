import type { AnyNode, CallExpression } from "acorn";
import { type CanonicalCode, canonicalCode } from "./canonical-code.ts";
import { DEFINES } from "./effects.ts";
import type { BundleProgram, Unit } from "./program.ts";
import { children, fieldName, isFunction } from "./syntax.ts";

/** A place in a bundle's script, line and column from 1. */
export interface CodePlace {
  readonly line: number;
  readonly column: number;
}

/** Where the code of a definition starts: what evaluating the bundle calls to make it. */
export interface DefinitionCode {
  readonly unit: Unit;
  readonly code: CanonicalCode;
  /** True when that code makes more than this definition, so that its name has to tell which. */
  readonly shared: boolean;
}

/**
 * The code that makes a definition. A call of `electron` itself that is evaluated once gives the function it is called with; a
 * wrapper, a loop or a callback gives the whole of what the module calls, which makes others as well.
 *
 * @param places of the calls on the stack when it was defined, innermost first
 * @returns `undefined` when all of them are inside functions, as in modules that are evaluated on demand
 */
export function definitionCode(
  places: readonly CodePlace[],
  program: BundleProgram,
): DefinitionCode | undefined {
  for (const [depth, { line, column }] of places.entries()) {
    const offset = (program.lines[line - 1] ?? 0) + column - 1;
    const unit = program.units.find(({ nodes: [node] }) => contains(node, offset));
    const path = unit && pathTo(unit.nodes[0], offset);
    if (unit === undefined || path === undefined || path.some(isFunction)) continue;
    const call = path.findLast((node) => node.type === "CallExpression" && isCalledAt(node, offset));
    const whole = call === undefined || path.some((node) => SCOPES.has(node.type));
    const fn = depth === 0 && !whole ? definedFunction(call as CallExpression, program) : undefined;
    const nodes = fn !== undefined ? [fn] : whole ? unit.nodes : [call];
    return { unit, code: canonicalCode(nodes, program), shared: fn === undefined };
  }
  return undefined;
}

/** Nodes inside of which names or `this` may mean something that the top level does not know, or code runs more than once. */
const SCOPES: ReadonlySet<string> = new Set([
  "BlockStatement",
  "ClassBody",
  "ForStatement",
  "ForInStatement",
  "ForOfStatement",
  "WhileStatement",
  "DoWhileStatement",
  "SwitchStatement",
]);

function contains({ start, end }: AnyNode, offset: number): boolean {
  return start <= offset && offset < end;
}

function pathTo(node: AnyNode, offset: number): AnyNode[] {
  for (const child of children(node)) if (contains(child, offset)) return [node, ...pathTo(child, offset)];
  return [node];
}

/** The engine gives a call the place of its callee's last name, or of the parenthesis behind it. */
function isCalledAt({ callee, arguments: args, end }: CallExpression, offset: number): boolean {
  const inside = callee.type === "CallExpression" || callee.type === "ParenthesizedExpression";
  return offset >= (inside ? callee.end : callee.start) && offset < (args[0]?.start ?? end);
}

/** The function that `electron(fn)` or `electron(options, fn)` is called with. */
function definedFunction(
  { callee, arguments: args }: CallExpression,
  program: BundleProgram,
): AnyNode | undefined {
  const last = args.at(-1);
  const readable = args.length <= 2 && args.every(({ type }) => type !== "SpreadElement");
  return readable && isDefining(callee, program) ? last : undefined;
}

function isDefining(callee: AnyNode, program: BundleProgram): boolean {
  if (callee.type !== "Identifier") return DEFINES.has(fieldName(callee) ?? "");
  const binding = program.bindings.get(callee.name);
  if (binding?.kind === "sdk") return DEFINES.has(binding.export);
  const alias = binding?.kind === "unit" ? program.units[binding.unit]?.nodes[0] : undefined;
  return alias?.type === "VariableDeclarator" &&
    alias.init?.type === "Identifier" &&
    alias.init.name !== callee.name
    ? isDefining(alias.init, program)
    : false;
}
