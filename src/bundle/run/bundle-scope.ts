import { findSourceMap, type SourceMap } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Definition, DefinitionId } from "../../sdk/definition.ts";
import { type DefinedKind, type DefiningBundle, definitionId, modulePath } from "../../sdk/definitions.ts";
import type { CallSite } from "../naming/call-sites.ts";
import { type SourceText, sourceText } from "../naming/source-text.ts";

/** What evaluating a bundle has defined so far, by id. */
export class BundleScope implements DefiningBundle {
  readonly script: string;
  /** The user's project, on whatever machine this is; it need not exist. */
  readonly root: string;
  readonly counts = new Map<string, number>();
  readonly objects = new Map<DefinitionId, { readonly kind: DefinedKind; readonly object: object }>();
  readonly #texts = new Map<string, SourceText | undefined>();
  #sources: SourceMap | undefined;

  constructor(script: string, root: string) {
    this.script = script;
    this.root = root;
  }

  add(kind: DefinedKind, definition: Definition, object: object): void {
    this.objects.set(definitionId(definition, this.root), { kind, object });
  }

  moduleOf(file: string): string {
    return modulePath(file, this.root);
  }

  origin({ line, column }: CallSite): CallSite | undefined {
    const entry = this.#sourceMap()?.findEntry(line - 1, column - 1);
    // A line without entries is code of the bundler: what is found for it lies further up.
    if (entry === undefined || !("originalSource" in entry) || entry.generatedLine !== line - 1)
      return undefined;
    const { originalSource, originalLine, originalColumn } = entry;
    if (!originalSource.startsWith("file:")) return undefined;
    return { file: fileURLToPath(originalSource), line: originalLine + 1, column: originalColumn + 1 };
  }

  sourceOf(file: string): SourceText | undefined {
    if (!this.#texts.has(file)) this.#texts.set(file, this.#readSource(pathToFileURL(file).href));
    return this.#texts.get(file);
  }

  #readSource(address: string): SourceText | undefined {
    // `sourcesContent` is missing from Node's types.
    const payload: { sources: string[]; sourcesContent?: string[] } | undefined = this.#sourceMap()?.payload;
    const text = payload?.sourcesContent?.[payload.sources.indexOf(address)];
    return text === undefined ? undefined : sourceText(text);
  }

  /** Reading it takes time in proportion to the bundle: only what has no name of its own makes it necessary. */
  #sourceMap(): SourceMap | undefined {
    this.#sources ??= findSourceMap(this.script);
    return this.#sources;
  }
}
