import { readFileSync } from "node:fs";
import { isAbsolute, relative, sep } from "node:path";
import {
  type Boundary,
  type CallSite,
  type Frame,
  framesAbove,
  rawFramesAbove,
} from "../bundle/naming/call-sites.ts";
import { type DefinitionSite, definitionSite } from "../bundle/naming/definition-site.ts";
import { type SourceText, sourceText } from "../bundle/naming/source-text.ts";
import type { Definition, DefinitionId } from "./definition.ts";

/**
 * Names what is defined, the same in a client that runs the user's own files and in a process that runs the bundle of them.
 *
 * The module is the one whose evaluation defines it: the caller of `electron()`, or the caller of the wrapper that calls it. The
 * name is the one in the options, else the function's, else the variable's or property's it is assigned to, else `line:column`.
 */
export type DefinedKind = "electron" | "lattice";

/** A bundle while its modules define things: what {@link define} needs to know of it. */
export interface DefiningBundle {
  /** The address of the script that V8 runs. */
  readonly script: string;
  /** How many definitions of a name a module has so far, by `<module>#<name>`. */
  readonly counts: Map<string, number>;
  /** A module's path relative to the bundle's root, from its path in a stack. */
  moduleOf(file: string): string;
  /** Where a place in the script stands in the user's files. */
  origin(place: CallSite): CallSite | undefined;
  sourceOf(file: string): SourceText | undefined;
  add(kind: DefinedKind, definition: Definition, object: object): void;
}

/** A module of a bundle that calls `electron()` or `lattice()`. */
export interface DefiningModule {
  readonly bundle: DefiningBundle;
  readonly path: string;
  /** What the module calls in place of {@link define}'s caller. */
  readonly boundary: Boundary;
}

const clientCounts = new Map<string, number>();
const clientSources = new Map<string, SourceText | undefined>();
let defining: DefiningModule | undefined;

/**
 * The definition of an electron or lattice that is being made.
 *
 * @param explicitName the name in its options
 * @param boundary the function whose caller is the user
 * @param object the electron or lattice itself, by which a worker finds it
 */
export function define(
  kind: DefinedKind,
  fn: { readonly name: string },
  explicitName: string | undefined,
  boundary: Boundary,
  object: object,
): Definition {
  const given = explicitName || fn.name || undefined;
  if (defining === undefined) return inClient(given, boundary);
  const definition = inBundle(defining, given);
  defining.bundle.add(kind, definition, object);
  return definition;
}

/** Runs a call of a bundled module that may define something. */
export function definingIn<T>(module: DefiningModule, call: () => T): T {
  const outer = defining;
  defining = module;
  try {
    return call();
  } finally {
    defining = outer;
  }
}

/**
 * The id of a definition inside a bundle: `<module path>#<name>`, `~2` for the second of that name.
 *
 * @param root the bundle's root directory, to which a client's module paths are made relative
 * @example
 * definitionId(clean.definition, bundle.root); // "src/steps.ts#clean"
 */
export function definitionId({ module, name, ordinal, bundled }: Definition, root: string): DefinitionId {
  const path = bundled ? module : modulePath(module, root);
  return `${path}#${name}${ordinal === 1 ? "" : `~${ordinal}`}`;
}

/** A module's path as ids and bundles have it: relative to the root, with `/`. */
export function modulePath(file: string, root: string): string {
  return relative(root, file).split(sep).join("/");
}

function inClient(given: string | undefined, boundary: Boundary): Definition {
  const frames = framesAbove(boundary);
  const site = definitionSite(frames.map(clientSite), clientSource);
  const module = site?.file ?? frames[0]?.raw.file ?? "";
  const name = given ?? site?.name ?? "anonymous";
  // A module that is loaded a second time, under another query, defines the same things once more.
  const script = frames.find(({ raw }) => raw.file === module)?.script ?? module;
  return { module, name, ordinal: count(clientCounts, `${script}#${name}`), bundled: false };
}

function inBundle({ bundle, path, boundary }: DefiningModule, given: string | undefined): Definition {
  const site = bundleSite(bundle, boundary, given !== undefined);
  const module = site === undefined ? path : bundle.moduleOf(site.file);
  const name = given ?? site?.name ?? "anonymous";
  return { module, name, ordinal: count(bundle.counts, `${module}#${name}`), bundled: true };
}

/** Absent when the name is known and the module itself is the only caller: nothing is to be looked up, no source map to be read. */
function bundleSite(bundle: DefiningBundle, boundary: Boundary, named: boolean): DefinitionSite | undefined {
  const places = rawFramesAbove(boundary).filter(({ script }) => script === bundle.script);
  if (named && places.length <= 1) return undefined;
  const sites = places.flatMap(({ raw }) => bundle.origin(raw) ?? []);
  return definitionSite(sites, (file) => bundle.sourceOf(file));
}

/** A translated module whose map names another file is read as what ran: that is what is bundled. */
function clientSite({ raw, original }: Frame): CallSite {
  return original.file === raw.file ? original : raw;
}

function clientSource(file: string): SourceText | undefined {
  if (!clientSources.has(file)) clientSources.set(file, readSource(file));
  return clientSources.get(file);
}

function readSource(file: string): SourceText | undefined {
  if (!isAbsolute(file)) return undefined;
  try {
    return sourceText(readFileSync(file, "utf8"));
  } catch {
    // Code that came from no file: its position is all there is to name it by.
    return undefined;
  }
}

function count(counts: Map<string, number>, key: string): number {
  const ordinal = (counts.get(key) ?? 0) + 1;
  counts.set(key, ordinal);
  return ordinal;
}
