import type { AnyNode, ArrowFunctionExpression, FunctionDeclaration, FunctionExpression } from "acorn";

/** Syntax trees as far as code digests look at them: the nodes below a node, and the names that patterns and scopes declare. */
export type FunctionNode = FunctionDeclaration | FunctionExpression | ArrowFunctionExpression;

export function isFunction(node: AnyNode): node is FunctionNode {
  return (
    node.type === "ArrowFunctionExpression" ||
    node.type === "FunctionExpression" ||
    node.type === "FunctionDeclaration"
  );
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}

/** The nodes directly below a node, in the order of its fields. */
export function* children(node: AnyNode): Generator<AnyNode> {
  for (const value of Object.values(node)) {
    if (isNode(value)) yield value;
    else if (Array.isArray(value)) for (const each of value) if (isNode(each)) yield each;
  }
}

/** The fields of a node that say what it means: not where it stands, nor how it was written. */
export function meaning(node: AnyNode): [string, AnyNode | readonly (AnyNode | null)[] | string | boolean][] {
  return Object.entries(node).filter(
    ([field, value]) => !LAYOUT.has(field) && value !== null && value !== undefined && value !== false,
  );
}

const LAYOUT: ReadonlySet<string> = new Set(["type", "start", "end", "raw", "shorthand"]);

/** The names that a pattern binds or assigns to: `{ a, b: [c.d] }` gives `a` and `c`. */
export function patternNames(pattern: AnyNode): string[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name];
    case "AssignmentPattern":
      return patternNames(pattern.left);
    case "RestElement":
      return patternNames(pattern.argument);
    case "Property":
      return patternNames(pattern.value);
    case "ArrayPattern":
      return pattern.elements.flatMap((element) => (element === null ? [] : patternNames(element)));
    case "ObjectPattern":
      return pattern.properties.flatMap(patternNames);
    case "MemberExpression":
      return [rootName(pattern) ?? ""];
    default:
      return [];
  }
}

/** What a list of statements declares for its own block. */
export function lexicalNames(statements: readonly AnyNode[]): string[] {
  return statements.flatMap((statement) => {
    if (statement.type === "VariableDeclaration" && statement.kind !== "var") return declared(statement);
    const isNamed = statement.type === "FunctionDeclaration" || statement.type === "ClassDeclaration";
    return isNamed && statement.id ? [statement.id.name] : [];
  });
}

/** What `var` declares anywhere in a node, for the function around it. */
export function hoistedNames(node: AnyNode): string[] {
  if (isFunction(node) || node.type === "ClassDeclaration" || node.type === "ClassExpression") return [];
  const own = node.type === "VariableDeclaration" && node.kind === "var" ? declared(node) : [];
  for (const child of children(node)) own.push(...hoistedNames(child));
  return own;
}

function declared(declaration: Extract<AnyNode, { type: "VariableDeclaration" }>): string[] {
  return declaration.declarations.flatMap(({ id }) => patternNames(id));
}

/** The name at the left end of `a.b[c].d`; `undefined` when something else stands there. */
export function rootName(node: AnyNode): string | undefined {
  let at = node;
  while (at.type === "MemberExpression" || at.type === "ChainExpression")
    at = at.type === "MemberExpression" ? at.object : at.expression;
  return at.type === "Identifier" ? at.name : undefined;
}

/** The name of the field that a member expression reads, when it is written out. */
export function fieldName(node: AnyNode): string | undefined {
  return node.type === "MemberExpression" && !node.computed && node.property.type === "Identifier"
    ? node.property.name
    : undefined;
}
