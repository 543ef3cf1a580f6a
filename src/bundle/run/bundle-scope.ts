import { findSourceMap } from "node:module";
import { fileURLToPath } from "node:url";
import type { Definition, DefinitionId } from "../../sdk/definition.ts";
import { type DefinedKind, type DefiningBundle, definitionId, modulePath } from "../../sdk/definitions.ts";
import { type SourceText, sourceText } from "../naming/source-text.ts";

/** What evaluating a bundle has defined so far, by id. */
export class BundleScope implements DefiningBundle {
  readonly script: string;
  /** The user's project, on whatever machine this is; it need not exist. */
  readonly root: string;
  readonly counts = new Map<string, number>();
  readonly objects = new Map<DefinitionId, { readonly kind: DefinedKind; readonly object: object }>();
  #sources: ReadonlyMap<string, string> | undefined;
  readonly #texts = new Map<string, SourceText>();

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

  sourceOf(file: string): SourceText | undefined {
    this.#sources ??= mappedSources(this.script);
    const text = this.#sources.get(file);
    if (text === undefined) return undefined;
    const source = this.#texts.get(file) ?? sourceText(text);
    this.#texts.set(file, source);
    return source;
  }
}

/** The original sources of a script by their paths, from its source map. */
function mappedSources(script: string): ReadonlyMap<string, string> {
  // `sourcesContent` is missing from Node's types.
  const payload: { sources: string[]; sourcesContent?: (string | null)[] } | undefined =
    findSourceMap(script)?.payload;
  const texts = new Map<string, string>();
  for (const [index, source] of (payload?.sources ?? []).entries()) {
    const text = payload?.sourcesContent?.[index];
    if (source.startsWith("file:") && typeof text === "string") texts.set(fileURLToPath(source), text);
  }
  return texts;
}
