import type { AnyNode, Class } from "acorn";
import { externalToken } from "./externals.ts";
import type { BundleProgram } from "./program.ts";
import {
  type FunctionNode,
  hoistedNames,
  isFunction,
  lexicalNames,
  meaning,
  patternNames,
  rootName,
} from "./syntax.ts";

/** A mention of something that a unit declares: the unit, and which of its names. */
export interface Mention {
  readonly unit: number;
  readonly key: number;
}

/**
 * A piece of a bundle as it is digested: its syntax without layout and comments, local names numbered in the order of their
 * declaration, and mentions in place of the top-level names of units, since the bundler chooses those by what else is in the bundle.
 */
export interface CanonicalCode {
  readonly parts: readonly (string | Mention)[];
  /** Units that it assigns to. */
  readonly assigns: ReadonlySet<number>;
  /** It changes what is not the bundle's: globals, or a package outside. */
  readonly changesGlobals: boolean;
  /** It has a call of `eval` that can see every name around it. */
  readonly callsEval: boolean;
}

/** The canonical code of nodes that stand at the top level of a program. */
export function canonicalCode(nodes: readonly AnyNode[], program: BundleProgram): CanonicalCode {
  const writer = new CodeWriter(program);
  for (const node of nodes) writer.write(node, undefined);
  return writer;
}

interface Scope {
  readonly names: ReadonlyMap<string, string>;
  readonly outer: Scope | undefined;
}

type Parent = Scope | undefined;

/** Functions that change their first argument. */
const CHANGES = /^(?:assign|definePropert(?:y|ies)|setPrototypeOf|set|deleteProperty)$/;

class CodeWriter implements CanonicalCode {
  readonly parts: (string | Mention)[] = [];
  readonly assigns = new Set<number>();
  changesGlobals = false;
  callsEval = false;
  readonly #program: BundleProgram;
  #locals = 0;

  constructor(program: BundleProgram) {
    this.#program = program;
  }

  write(node: AnyNode, scope: Parent): void {
    this.#notice(node, scope);
    if (node.type === "Identifier") this.#writeName(node.name, scope);
    else if (node.type === "Literal") this.#writeLiteral(node);
    else {
      this.parts.push(`(${node.type}`);
      this.#writeInside(node, scope);
      this.parts.push(")");
    }
  }

  #writeInside(node: AnyNode, scope: Parent): void {
    if (isFunction(node)) this.#writeFunction(node, scope);
    else if (node.type === "ClassDeclaration" || node.type === "ClassExpression")
      this.#writeClass(node, scope);
    else if (node.type === "ImportDeclaration")
      this.parts.push(externalToken(String(node.source.value), this.#program.externals));
    else this.#writeFields(node, this.#scopeIn(node, scope));
  }

  #writeFields(node: AnyNode, scope: Parent): void {
    const fixed = fixedName(node);
    for (const [field, value] of meaning(node)) {
      this.parts.push(` ${field}:`);
      if (field === fixed) this.parts.push(JSON.stringify(nameText(value as AnyNode)));
      else if (typeof value !== "object") this.parts.push(JSON.stringify(value));
      else if ("type" in value) this.write(value, scope);
      else if (node.type === "TemplateElement") this.parts.push(JSON.stringify(value));
      else this.#writeList(value, scope);
    }
  }

  #writeList(nodes: readonly (AnyNode | null)[], scope: Parent): void {
    this.parts.push("[");
    for (const node of nodes) {
      if (node === null) this.parts.push("-");
      else this.write(node, scope);
    }
    this.parts.push("]");
  }

  #writeFunction(node: FunctionNode, scope: Parent): void {
    this.parts.push(node.async ? " async" : "", node.generator ? " generator" : "");
    if (node.type === "FunctionDeclaration" && node.id) this.#writeName(node.id.name, scope);
    const own = node.type === "FunctionExpression" && node.id ? [node.id.name] : [];
    // A parameter's default cannot see what the body declares.
    const inner = this.#child(node.params.flatMap(patternNames), this.#child(own, scope));
    this.#writeList(node.params, inner);
    this.#writeBody(node.body, inner);
  }

  #writeBody(node: FunctionNode["body"], scope: Parent): void {
    if (node.type !== "BlockStatement") this.write(node, scope);
    else this.#writeList(node.body, this.#child([...hoistedNames(node), ...lexicalNames(node.body)], scope));
  }

  #writeClass(node: Class & AnyNode, scope: Parent): void {
    if (node.type === "ClassDeclaration" && node.id) this.#writeName(node.id.name, scope);
    const inner = this.#child(node.id ? [node.id.name] : [], scope);
    if (node.superClass) {
      this.parts.push(" extends:");
      this.write(node.superClass, inner);
    }
    this.#writeList(node.body.body, inner);
  }

  #writeName(name: string, scope: Parent): void {
    for (let at = scope; at !== undefined; at = at.outer) {
      const local = at.names.get(name);
      if (local !== undefined) {
        this.parts.push(local);
        return;
      }
    }
    const binding = this.#program.bindings.get(name);
    if (binding?.kind === "unit") this.parts.push({ unit: binding.unit, key: binding.key });
    else this.parts.push(JSON.stringify(binding ?? { kind: "global", name }));
  }

  #writeLiteral(node: Extract<AnyNode, { type: "Literal" }>): void {
    const { value, regex, bigint } = node;
    if (regex) this.parts.push(`/${JSON.stringify([regex.pattern, regex.flags])}`);
    else if (bigint) this.parts.push(`${bigint}n`);
    else this.parts.push(`=${typeof value === "number" ? value : JSON.stringify(value)}`);
  }

  #scopeIn(node: AnyNode, scope: Parent): Parent {
    switch (node.type) {
      case "BlockStatement":
        return this.#child(lexicalNames(node.body), scope);
      case "StaticBlock":
        return this.#child([...node.body.flatMap(hoistedNames), ...lexicalNames(node.body)], scope);
      case "SwitchStatement":
        return this.#child(lexicalNames(node.cases.flatMap(({ consequent }) => consequent)), scope);
      case "CatchClause":
        return this.#child(node.param ? patternNames(node.param) : [], scope);
      case "ForStatement":
        return this.#child(node.init ? lexicalNames([node.init]) : [], scope);
      case "ForInStatement":
      case "ForOfStatement":
        return this.#child(lexicalNames([node.left]), scope);
      default:
        return scope;
    }
  }

  #child(names: readonly string[], outer: Parent): Parent {
    if (names.length === 0) return outer;
    const numbered = new Map<string, string>();
    for (const name of names) if (!numbered.has(name)) numbered.set(name, ` local${this.#locals++}`);
    return { names: numbered, outer };
  }

  #notice(node: AnyNode, scope: Parent): void {
    if (node.type === "AssignmentExpression") this.#noticeChange(node.left, scope);
    else if (node.type === "UpdateExpression") this.#noticeChange(node.argument, scope);
    else if (node.type === "UnaryExpression" && node.operator === "delete")
      this.#noticeChange(node.argument, scope);
    else if (node.type === "ForInStatement" || node.type === "ForOfStatement")
      this.#noticeChange(node.left, scope);
    else if (node.type === "CallExpression") this.#noticeCall(node, scope);
  }

  #noticeCall(node: Extract<AnyNode, { type: "CallExpression" }>, scope: Parent): void {
    const { callee, arguments: args } = node;
    const [first] = args;
    if (callee.type === "Identifier" && callee.name === "eval") this.callsEval = true;
    if (callee.type !== "MemberExpression" || callee.property.type !== "Identifier") return;
    const root = rootName(callee.object);
    if (root === "__covalent" && callee.property.name === "require") {
      const specifier = args[1]?.type === "Literal" ? String(args[1].value) : ".";
      this.parts.push(externalToken(specifier, this.#program.externals));
    }
    const changes = /^(?:Object|Reflect)$/.test(root ?? "") && CHANGES.test(callee.property.name);
    if (changes && first !== undefined && first.type !== "ObjectExpression") this.#noticeChange(first, scope);
  }

  #noticeChange(target: AnyNode, scope: Parent): void {
    for (const name of patternNames(target)) {
      if (name === "" || isLocal(name, scope)) continue;
      const binding = this.#program.bindings.get(name);
      if (binding?.kind === "unit") this.assigns.add(binding.unit);
      else this.changesGlobals = true;
    }
  }
}

function isLocal(name: string, scope: Parent): boolean {
  for (let at = scope; at !== undefined; at = at.outer) if (at.names.has(name)) return true;
  return false;
}

/** The field of a node that is a name in itself and refers to nothing. */
function fixedName(node: AnyNode): string | undefined {
  switch (node.type) {
    case "MemberExpression":
      return node.computed ? undefined : "property";
    case "Property":
    case "MethodDefinition":
    case "PropertyDefinition":
      return node.computed ? undefined : "key";
    case "LabeledStatement":
    case "BreakStatement":
    case "ContinueStatement":
      return "label";
    default:
      return undefined;
  }
}

function nameText(node: AnyNode): string {
  if (node.type === "Identifier") return node.name;
  if (node.type === "PrivateIdentifier") return `#${node.name}`;
  return node.type === "Literal" ? String(node.value) : node.type;
}
