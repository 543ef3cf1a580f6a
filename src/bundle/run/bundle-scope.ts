import { findSourceMap, type SourceMap } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { CallSite } from "../../definition/call-sites.ts";
import type { Definition, DefinitionId } from "../../definition/definition.ts";
import {
  type DefinedKind,
  type DefiningBundle,
  definitionId,
  modulePath,
} from "../../definition/definitions.ts";
import { openBracket, type SourceText, sourceText } from "../../definition/source-text.ts";
import type { PythonModule } from "../../model/python-module.ts";
import type { Exports } from "../sdk-exports.ts";

interface MappedSite extends CallSite {
  readonly exact: boolean;
}

interface Defined {
  readonly kind: DefinedKind;
  readonly object: object;
  /** The calls in the script that defined it, innermost first. */
  readonly calls: readonly CallSite[];
}

/** What evaluating a bundle has defined so far, by id. */
export class BundleScope implements DefiningBundle {
  readonly script: string;
  /** The user's project, on whatever machine this is; it need not exist. */
  readonly root: string;
  readonly counts = new Map<string, number>();
  readonly objects = new Map<DefinitionId, Defined>();
  readonly #python = new Map<string, PythonModule>();
  readonly #sources = new Map<string, SourceText | undefined>();
  #texts: ReadonlyMap<string, string> | undefined;
  #map: SourceMap | undefined;
  #exports: Exports = {};

  constructor(script: string, root: string) {
    this.script = script;
    this.root = root;
  }

  add(kind: DefinedKind, definition: Definition, object: object, calls: readonly CallSite[]): void {
    this.objects.set(definitionId(definition, this.root), { kind, object, calls });
  }

  carry(path: string, module: PythonModule): void {
    this.#python.set(path, module);
  }

  pythonModule(path: string): PythonModule | undefined {
    return this.#python.get(path);
  }

  exporting(exports: Exports): void {
    this.#exports = exports;
  }

  /** What the bundled module exports and has a value by now. */
  exported(): Exports {
    const names = Reflect.ownKeys(this.#exports).filter((name) => typeof name === "string");
    return Object.fromEntries(names.flatMap((name) => initialized(this.#exports, name)));
  }

  moduleOf(file: string): string {
    return modulePath(file, this.root);
  }

  origin({ line, column }: CallSite): CallSite | undefined {
    const found = this.#mapped(line, column);
    // Of a call whose callee has no name V8 gives the parenthesis, which maps have no entry for: they have what comes behind it.
    return found?.exact === false ? (this.#callAround(this.#mapped(line, column + 1)) ?? found) : found;
  }

  /** Where a place in the script comes from, exactly or as the next place in front of it that the map knows. */
  #mapped(line: number, column: number): MappedSite | undefined {
    const entry = this.#sourceMap()?.findEntry(line - 1, column - 1);
    // A line without entries is code of the bundler: what is found for it lies further up.
    if (entry === undefined || !("originalSource" in entry) || entry.generatedLine !== line - 1)
      return undefined;
    const { originalSource, originalLine, originalColumn, generatedColumn } = entry;
    if (!originalSource.startsWith("file:")) return undefined;
    const exact = generatedColumn === column - 1;
    return { file: fileURLToPath(originalSource), line: originalLine + 1, column: originalColumn + 1, exact };
  }

  /** The parenthesis that is open at the first argument of a call, or at its end. */
  #callAround(inside: MappedSite | undefined): CallSite | undefined {
    const source = inside?.exact === true ? this.sourceOf(inside.file) : undefined;
    if (inside === undefined || source === undefined) return undefined;
    const open = openBracket(source.code, (source.lines[inside.line - 1] ?? 0) + inside.column - 1);
    if (source.code.charAt(open) !== "(") return undefined;
    const line = source.lines.findLastIndex((start) => start <= open);
    return { file: inside.file, line: line + 1, column: open - (source.lines[line] ?? 0) + 1 };
  }

  sourceOf(file: string): SourceText | undefined {
    if (!this.#sources.has(file)) this.#sources.set(file, this.#readSource(file));
    return this.#sources.get(file);
  }

  /** A source file as its author wrote it; one of Python by its path in the project. */
  textOf(file: string): string | undefined {
    const python = this.#pythonText(file);
    if (python !== undefined) return python;
    this.#texts ??= sourceTexts(this.#sourceMap());
    return this.#texts.get(pathToFileURL(file).href);
  }

  #pythonText(path: string): string | undefined {
    for (const { directory, files } of this.#python.values()) {
      const name = path.startsWith(directory) ? path.slice(directory.length) : path;
      if (Object.hasOwn(files, name)) return files[name];
    }
    return undefined;
  }

  #readSource(file: string): SourceText | undefined {
    const text = this.textOf(file);
    return text === undefined ? undefined : sourceText(text);
  }

  /** Reading it takes time in proportion to the bundle: only what has no name of its own makes it necessary. */
  #sourceMap(): SourceMap | undefined {
    this.#map ??= findSourceMap(this.script);
    return this.#map;
  }
}

/** A binding that its module has not come to yet cannot be read. */
function initialized(exports: Exports, name: string): [string, unknown][] {
  try {
    return [[name, exports[name]]];
  } catch {
    return [];
  }
}

/** The original texts by their addresses. */
function sourceTexts(map: SourceMap | undefined): ReadonlyMap<string, string> {
  // `sourcesContent` is missing from Node's types; each reading of `payload` copies it.
  const payload: { sources: string[]; sourcesContent?: string[] } | undefined = map?.payload;
  return new Map(payload?.sources.map((source, index) => [source, payload.sourcesContent?.[index] ?? ""]));
}
