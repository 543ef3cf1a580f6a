import type { AnyNode, CallExpression, NewExpression } from "acorn";
import type { Binding, BundleProgram, Unit } from "./program.ts";
import { children, type FunctionNode, fieldName, isFunction, rootName } from "./syntax.ts";

/**
 * What evaluating a unit does beside giving its names values: nothing that anybody could see (`none`), the evaluation of a wrapped
 * module on behalf of an import (`import`), or something that cannot be told (`unknown`).
 */
export type Effect = "none" | "import" | "unknown";

export function effectOf(unit: Unit, program: BundleProgram): Effect {
  const [node] = unit.nodes;
  const value = node.type === "VariableDeclarator" ? node.init : node;
  if (!value || node.type === "FunctionDeclaration") return "none";
  if (node.type === "VariableDeclarator" && isModuleImport(value)) return "import";
  if (isEnum(value, unit)) return "none";
  return new Purity(program).isPure(value) ? "none" : "unknown";
}

/** What evaluating `electron(...)`, `lattice(...)`, `lepton.python(...)` as `unit` defines directly; such a value exposes nothing that it was made of. */
export function isDefinition(unit: Unit, program: BundleProgram): boolean {
  const [node] = unit.nodes;
  if (node.type !== "VariableDeclarator" || node.init?.type !== "CallExpression") return false;
  const binding = program.bindings.get(rootName(node.init.callee) ?? "");
  return binding?.kind === "sdk" && (DEFINES.has(binding.export) || binding.export === "lepton");
}

/** The exports of the SDK that make an electron or lattice of a function. */
export const DEFINES: ReadonlySet<string> = new Set(["electron", "task", "lattice", "workflow"]);

/** The function that a unit names, if that is all it does: `function f() {}` or `var f = __name(() => {}, "f")`. */
export function functionOf({ nodes: [node] }: Unit): FunctionNode | undefined {
  const value = node.type === "VariableDeclarator" ? node.init : node;
  const named =
    value?.type === "CallExpression" && /^__name\d*$/.test(rootName(value.callee) ?? "")
      ? value.arguments[0]
      : value;
  return named && isFunction(named) ? named : undefined;
}

/** `require_x()` or `__toESM(require_x())`. */
function isModuleImport(value: AnyNode): boolean {
  if (value.type !== "CallExpression" || value.callee.type !== "Identifier") return false;
  const [first] = value.arguments;
  return /^__toESM\d*$/.test(value.callee.name)
    ? first !== undefined && isModuleImport(first)
    : /^require_/.test(value.callee.name);
}

/** `((Color2) => { ... })(Color || {})` as the value of `Color`: it changes nothing but the object that it makes. */
function isEnum(value: AnyNode, { names }: Unit): boolean {
  if (value.type !== "CallExpression" || !isFunction(value.callee) || value.arguments.length !== 1)
    return false;
  const [argument] = value.arguments;
  return (
    argument?.type === "LogicalExpression" &&
    names.includes(rootName(argument.left) ?? "") &&
    argument.right.type === "ObjectExpression" &&
    argument.right.properties.length === 0
  );
}

const CHANGING: ReadonlySet<string> = new Set([
  "AssignmentExpression",
  "UpdateExpression",
  "ImportExpression",
  "ImportDeclaration",
  "TaggedTemplateExpression",
  "YieldExpression",
  "ForInStatement",
]);

/** Globals and fields of globals whose calls change nothing. */
const PURE_CALLS =
  /^(?:String|Number|Boolean|BigInt|Symbol|Array|parseInt|parseFloat|isNaN|isFinite|structuredClone|encodeURIComponent|decodeURIComponent|(?:Math|JSON|console|Number|String|Array|Symbol|Promise|Date|performance)\.\w+|Object\.(?:keys|values|entries|fromEntries|freeze|create|is|getOwnPropertyNames)|process\.cwd)$/;
const PURE_CONSTRUCTORS =
  /^(?:Map|Set|WeakMap|WeakSet|Date|RegExp|URL|URLSearchParams|Array|Object|TextEncoder|TextDecoder|AbortController|\w*Error|\w+Array)$/;
/** Methods that no built-in object has for changing itself. */
const PURE_METHODS =
  /^(?:map|filter|flatMap|flat|slice|concat|join|includes|indexOf|find|findIndex|some|every|reduce|reduceRight|at|toSorted|toReversed|split|trim|toLowerCase|toUpperCase|padStart|padEnd|startsWith|endsWith|replace|replaceAll|toString|toFixed|toISOString|repeat|then|catch|finally)$/;

class Purity {
  readonly #program: BundleProgram;
  /** Functions whose purity is being asked for: what calls itself is not known to be pure. */
  readonly #asked = new Set<FunctionNode>();

  constructor(program: BundleProgram) {
    this.#program = program;
  }

  isPure(node: AnyNode): boolean {
    if (isFunction(node)) return true;
    if (CHANGING.has(node.type) || (node.type === "UnaryExpression" && node.operator === "delete"))
      return false;
    if (node.type === "PropertyDefinition" && !node.static) return !node.computed || this.isPure(node.key);
    if (node.type === "CallExpression" || node.type === "NewExpression") return this.#isPureCall(node);
    for (const child of children(node)) if (!this.isPure(child)) return false;
    return true;
  }

  #isPureCall(node: CallExpression | NewExpression): boolean {
    const { callee, arguments: args } = node;
    if (!args.every((argument) => this.isPure(argument)) || callee.type === "Super") return false;
    const binding = this.#binding(rootName(callee));
    // `dispatch(flow)(args)`: in a worker such calls never return.
    if (callee.type === "CallExpression")
      return this.#binding(rootName(callee.callee))?.kind === "sdk" && this.isPure(callee);
    if (binding?.kind === "sdk") return true;
    if (binding?.kind === "runtime") return /^__(?:covalent|name|toESM|commonJS|esm)$/.test(binding.name);
    return this.#isPureCallee(node, binding) && args.every((argument) => this.#mayBeCalled(argument));
  }

  #isPureCallee({ type, callee }: CallExpression | NewExpression, binding: Binding | undefined): boolean {
    if (isFunction(callee)) return this.#isPureFunction(callee);
    const root = rootName(callee);
    if (callee.type === "Identifier" && binding?.kind === "unit")
      return type === "CallExpression" && this.#isPureUnit(binding.unit);
    const field = fieldName(callee);
    const name = field === undefined ? root : `${root}.${field}`;
    const isDirect = callee.type === "Identifier" || fieldName(callee) !== undefined;
    if (binding === undefined && name !== undefined && isDirect && this.#isBuiltIn(type, name)) return true;
    return field !== undefined && PURE_METHODS.test(field) && callee.type === "MemberExpression"
      ? this.isPure(callee.object)
      : false;
  }

  #isBuiltIn(type: AnyNode["type"], name: string): boolean {
    return (type === "NewExpression" ? PURE_CONSTRUCTORS : PURE_CALLS).test(name);
  }

  /** An argument that is a function may be called; where it comes from then matters. */
  #mayBeCalled(argument: AnyNode): boolean {
    if (isFunction(argument)) return this.#isPureFunction(argument);
    const binding = argument.type === "Identifier" ? this.#binding(argument.name) : undefined;
    const unit = binding?.kind === "unit" ? this.#program.units[binding.unit] : undefined;
    return unit === undefined || functionOf(unit) === undefined || this.#isPureUnit(unit.index);
  }

  #isPureUnit(index: number): boolean {
    const unit = this.#program.units[index];
    const fn = unit && functionOf(unit);
    return fn !== undefined && this.#isPureFunction(fn);
  }

  #isPureFunction(fn: FunctionNode): boolean {
    if (this.#asked.has(fn)) return false;
    this.#asked.add(fn);
    const pure = [...fn.params, fn.body].every((part) => this.isPure(part));
    this.#asked.delete(fn);
    return pure;
  }

  #binding(name: string | undefined): Binding | undefined {
    return name === undefined ? undefined : this.#program.bindings.get(name);
  }
}
