import { relative, sep } from "node:path";
import type { PythonModule } from "../model/python-module.ts";
import {
  type Boundary,
  type CallSite,
  type Frame,
  framesAbove,
  type RawFrame,
  rawFramesAbove,
} from "./call-sites.ts";
import { clientSource } from "./client-sources.ts";
import type { Definition, DefinitionId } from "./definition.ts";
import { type DefinitionSite, definitionSite } from "./definition-site.ts";
import type { SourceText } from "./source-text.ts";

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
  /** The Python file of a path relative to the bundle's root, when the bundle carries it. */
  pythonModule(path: string): PythonModule | undefined;
  /** @param calls where the script's calls stand that defined it, innermost first */
  add(kind: DefinedKind, definition: Definition, object: object, calls: readonly CallSite[]): void;
}

/** A module of a bundle that calls `electron()` or `lattice()`. */
export interface DefiningModule {
  readonly bundle: DefiningBundle;
  readonly path: string;
  /** What the module calls in place of {@link define}'s caller. */
  readonly boundary: Boundary;
}

/** Looked up when an error needs it: in a bundle that reads the source map. */
const places = new WeakMap<Definition, () => CallSite | undefined>();
const clientCounts = new Map<string, number>();
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
  const { bundle } = defining;
  const calls = rawFramesAbove(defining.boundary).filter(({ script }) => script === bundle.script);
  const definition = inBundle(defining, given, calls);
  bundle.add(
    kind,
    definition,
    object,
    calls.map(({ raw }) => raw),
  );
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

/** The Python file that the bundle carries whose module defines something now, by its path relative to the bundle's root. */
export function carriedPython(path: string): PythonModule | undefined {
  return defining?.bundle.pythonModule(path);
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

/** Where a definition was made, as `<file>:<line>:<column>` of the user's code; `undefined` when that is unknown. */
export function definitionPlace(definition: Definition): string | undefined {
  const place = places.get(definition)?.();
  return place && `${place.file}:${place.line}:${place.column}`;
}

/** The path that was asked for last: a graph of many nodes asks for that of few modules, one behind the other. */
let lastPath = { file: "", root: "", path: "" };

/** A module's path as ids and bundles have it: relative to the root, with `/`. */
export function modulePath(file: string, root: string): string {
  if (file !== lastPath.file || root !== lastPath.root)
    lastPath = { file, root, path: relative(root, file).split(sep).join("/") };
  return lastPath.path;
}

function inClient(given: string | undefined, boundary: Boundary): Definition {
  const frames = framesAbove(boundary);
  const scripts = new Map(frames.map(({ script, raw }) => [raw.file, script]));
  const site = definitionSite(frames.map(clientSite), (file) =>
    clientSource(scripts.get(file) ?? file, file),
  );
  const module = site?.file ?? frames[0]?.raw.file ?? "";
  const name = given ?? site?.name ?? "anonymous";
  // A module that is loaded a second time, under another query, defines the same things once more.
  const script = scripts.get(module) ?? module;
  const ordinal = count(clientCounts, `${script}#${name}`);
  return placed({ module, name, ordinal, bundled: false }, () => frames[0]?.original);
}

function inBundle(
  { bundle, path }: DefiningModule,
  given: string | undefined,
  calls: readonly RawFrame[],
): Definition {
  const site = bundleSite(bundle, calls, given !== undefined);
  const module = site === undefined ? path : bundle.moduleOf(site.file);
  const name = given ?? site?.name ?? "anonymous";
  const ordinal = count(bundle.counts, `${module}#${name}`);
  const caller = calls[0];
  return placed({ module, name, ordinal, bundled: true }, () => caller && bundle.origin(caller.raw));
}

/** Absent when the name is known and the module itself is the only caller: nothing is to be looked up, no source map to be read. */
function bundleSite(
  bundle: DefiningBundle,
  calls: readonly RawFrame[],
  named: boolean,
): DefinitionSite | undefined {
  if (named && calls.length <= 1) return undefined;
  const sites = calls.flatMap(({ raw }) => bundle.origin(raw) ?? []);
  return definitionSite(sites, (file) => bundle.sourceOf(file));
}

/** A translated module whose map names another file is read as what ran: that is what is bundled. */
function clientSite({ raw, original }: Frame): CallSite {
  return original.file === raw.file ? original : raw;
}

function placed(definition: Definition, place: () => CallSite | undefined): Definition {
  places.set(definition, place);
  return definition;
}

function count(counts: Map<string, number>, key: string): number {
  const ordinal = (counts.get(key) ?? 0) + 1;
  counts.set(key, ordinal);
  return ordinal;
}
