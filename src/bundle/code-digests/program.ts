import { type AnyNode, type Comment, type ImportDeclaration, parse } from "acorn";
import { EXTERNALS, externalToken } from "./externals.ts";
import { hoistedNames, patternNames } from "./syntax.ts";

/** A declaration or statement at the top level of a bundle, with what the bundler put beside it to complete it. */
export interface Unit {
  /** Its place among all units. */
  readonly index: number;
  /** The path of the source file it comes from, as the bundler's comments name it. */
  readonly module: string;
  /** A declarator, declaration or statement, then the bundler's statements that belong to it. */
  readonly nodes: readonly [AnyNode, ...AnyNode[]];
  /** The top-level names that it declares. */
  readonly names: readonly string[];
}

/** What a name at the top level means: something of a unit, or what is not part of the bundle's own code. */
export type Binding =
  | { readonly kind: "unit"; readonly unit: number; readonly key: number }
  | { readonly kind: "sdk"; readonly export: string }
  | { readonly kind: "runtime"; readonly name: string }
  | { readonly kind: "import"; readonly token: string };

/** A bundle as a list of units and what its top-level names mean. */
export interface BundleProgram {
  readonly units: readonly Unit[];
  readonly bindings: ReadonlyMap<string, Binding>;
  /** Versions of the packages that stay outside, by name. */
  readonly externals: ReadonlyMap<string, string>;
  /** Where each line starts, as the engine counts lines. */
  readonly lines: readonly number[];
}

/** Code of the bundler's own, in front of the first module. */
const RUNTIME = "";
/** Calls that complete what their first argument names. */
const COMPLETES = /^__(?:name|export|reExport)\d*$/;

/**
 * Reads the text of a bundle.
 *
 * @throws {SyntaxError} for what the parser does not know
 */
export function readProgram(text: string): BundleProgram {
  const comments: Comment[] = [];
  const end = text.lastIndexOf("\n//# sourceMappingURL=");
  const code = end < 0 ? text : text.slice(0, end + 1);
  const { body } = parse(code, { ecmaVersion: "latest", sourceType: "module", onComment: comments });
  const sections = comments.filter(
    ({ type, start }) => type === "Line" && (start === 0 || code[start - 1] === "\n"),
  );
  const reader = new UnitReader(EXTERNALS.read(text));
  let next = 0;
  let module = RUNTIME;
  for (const statement of body) {
    for (; (sections[next]?.start ?? Number.POSITIVE_INFINITY) < statement.start; next++)
      module = sections[next]?.value.trim() ?? module;
    reader.add(statement, module);
  }
  return { ...reader.program(), lines: lineStarts(code) };
}

class UnitReader {
  readonly #units: { index: number; module: string; nodes: [AnyNode, ...AnyNode[]]; names: string[] }[] = [];
  readonly #bindings = new Map<string, Binding>();
  readonly #externals: ReadonlyMap<string, string>;

  constructor(externals: ReadonlyMap<string, string>) {
    this.#externals = externals;
  }

  program(): Omit<BundleProgram, "lines"> {
    return { units: this.#units, bindings: this.#bindings, externals: this.#externals };
  }

  add(statement: AnyNode, module: string): void {
    if (module === RUNTIME) this.#addRuntime(statement);
    else if (module.startsWith("covalent-sdk:")) this.#addSdk(statement);
    else if (statement.type === "ImportDeclaration") this.#addImport(statement, module);
    else if (statement.type === "VariableDeclaration")
      for (const declarator of statement.declarations)
        this.#addUnit(declarator, module, patternNames(declarator.id));
    else if (statement.type === "FunctionDeclaration" || statement.type === "ClassDeclaration")
      this.#addUnit(statement, module, statement.id ? [statement.id.name] : []);
    else if (!statement.type.startsWith("Export")) this.#addStatement(statement, module);
  }

  #addUnit(node: AnyNode, module: string, names: string[]): void {
    const index = this.#units.push({ index: this.#units.length, module, nodes: [node], names }) - 1;
    for (const [key, name] of names.entries()) this.#bindings.set(name, { kind: "unit", unit: index, key });
  }

  #addStatement(statement: AnyNode, module: string): void {
    const completed = this.#bindings.get(completedName(statement) ?? "");
    if (completed?.kind === "unit") this.#units[completed.unit]?.nodes.push(statement);
    else this.#addUnit(statement, module, hoistedNames(statement));
  }

  #addRuntime(statement: AnyNode): void {
    const locals =
      statement.type === "ImportDeclaration" ? statement.specifiers.map(({ local }) => local.name) : [];
    for (const name of [...locals, ...hoistedNames(statement), ...constants(statement)])
      this.#bindings.set(name, { kind: "runtime", name: name.replace(/\d+$/, "") });
  }

  #addSdk(statement: AnyNode): void {
    if (statement.type !== "VariableDeclaration") return;
    for (const { id } of statement.declarations) {
      if (id.type !== "ObjectPattern") continue;
      for (const property of id.properties) {
        if (property.type !== "Property" || property.key.type !== "Identifier") continue;
        for (const name of patternNames(property.value))
          this.#bindings.set(name, { kind: "sdk", export: property.key.name });
      }
    }
  }

  #addImport(statement: ImportDeclaration, module: string): void {
    const source = String(statement.source.value);
    const token = externalToken(source, this.#externals);
    if (statement.specifiers.length === 0) this.#addUnit(statement, module, []);
    for (const specifier of statement.specifiers) {
      const name = importedName(specifier);
      this.#bindings.set(specifier.local.name, { kind: "import", token: `${token}#${name}` });
    }
  }
}

function importedName(specifier: ImportDeclaration["specifiers"][number]): string {
  if (specifier.type === "ImportNamespaceSpecifier") return "*";
  if (specifier.type === "ImportDefaultSpecifier") return "default";
  return specifier.imported.type === "Identifier"
    ? specifier.imported.name
    : String(specifier.imported.value);
}

function completedName(statement: AnyNode): string | undefined {
  if (statement.type !== "ExpressionStatement" || statement.expression.type !== "CallExpression")
    return undefined;
  const { callee, arguments: args } = statement.expression;
  const [first] = args;
  const completes = callee.type === "Identifier" && COMPLETES.test(callee.name);
  return completes && first?.type === "Identifier" ? first.name : undefined;
}

function constants(statement: AnyNode): string[] {
  return statement.type === "VariableDeclaration" && statement.kind !== "var"
    ? statement.declarations.flatMap(({ id }) => patternNames(id))
    : [];
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (const { index, 0: end } of text.matchAll(/\r\n?|[\n\u2028\u2029]/g)) starts.push(index + end.length);
  return starts;
}
