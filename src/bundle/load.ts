import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { stackPlaces } from "../definition/call-sites.ts";
import type { DefinitionId } from "../definition/definition.ts";
import { type DefinedKind, modulePath } from "../definition/definitions.ts";
import { CovalentError } from "../model/errors.ts";
import type { Electron } from "../sdk/electron.ts";
import type { Lattice } from "../sdk/lattice.ts";
import { leptonCode } from "../sdk/lepton-code.ts";
import type { CodeDigests, DefinedPlace } from "./code-digests/code-digests.ts";
import { BundleScope } from "./run/bundle-scope.ts";
import { Evaluation } from "./run/evaluation.ts";
import { importSource } from "./run/import-source.ts";
import { provideRuntime } from "./run/runtime.ts";
import type { Exports } from "./sdk-exports.ts";

/** A bundle that has been evaluated in this process. */
export interface LoadedBundle {
  /** Of everything it has defined so far. */
  ids(): string[];
  electron(id: DefinitionId): Electron | undefined;
  lattice(id: DefinitionId): Lattice | undefined;
  /** What stood in a source file, by its path, when it was bundled; `undefined` for what is not in the bundle. */
  sourceText(file: string): string | undefined;
  /** What stands for the code of each of them: see `code-digests/`. Computed once, for what is defined by then. */
  codeDigests(): Promise<CodeDigests>;
  /** What the bundled module exports; as far as it came when it waits for a dispatch of its own, which never ends. */
  readonly exports: Readonly<Record<string, unknown>>;
}

export interface LoadOptions {
  /**
   * The user's project (`Bundle.root`): where packages outside the bundle are resolved, and where traces say that the sources lie.
   * It need not exist on this machine. `null`: the bundle's own directory.
   */
  readonly projectRoot: string | null;
  /** The exports of `covalent-ts` (`src/index.ts`), which the bundle's modules import. */
  readonly sdk: Exports;
}

const byFile = new Map<string, Promise<LoadedBundle>>();
const byScript = new Map<string, Promise<LoadedBundle>>();

/**
 * Evaluates a bundle, once for its content and project in each process.
 *
 * Calls that talk to a server (`dispatch`, `getResult`, ...) never return while the bundle is evaluated, nor in what its evaluation
 * has started; the bundle is loaded once one is reached. In a task they work.
 *
 * @throws {CovalentError} `BUNDLE_EVALUATION_FAILED` whose cause is what the user's module threw
 * @example
 * const bundle = await loadBundle(path, { projectRoot: "/home/ada/fits", sdk });
 * await bundle.electron("src/steps.ts#clean")?.function("data/co2.csv");
 */
export async function loadBundle(path: string, { projectRoot, sdk }: LoadOptions): Promise<LoadedBundle> {
  const root = projectRoot ?? dirname(path);
  const { ino, size, mtimeMs } = await stat(path);
  const file = JSON.stringify([path, ino, size, mtimeMs, root]);
  return kept(byFile, file, () => loadFile(path, root, sdk));
}

async function loadFile(path: string, root: string, sdk: Exports): Promise<LoadedBundle> {
  const source = await readFile(path);
  const digest = createHash("sha256").update(source).digest("hex");
  const script = pathToFileURL(join(root, `covalent-bundle-${digest}.mjs`)).href;
  return kept(byScript, script, () => evaluate(new BundleScope(script, root), source, sdk));
}

/** Loads once. What failed is forgotten: its cause may be mended before the next time. */
function kept(
  bundles: Map<string, Promise<LoadedBundle>>,
  key: string,
  load: () => Promise<LoadedBundle>,
): Promise<LoadedBundle> {
  const known = bundles.get(key);
  if (known !== undefined) return known;
  const loading = load();
  bundles.set(key, loading);
  loading.catch(() => bundles.delete(key));
  return loading;
}

async function evaluate(scope: BundleScope, source: Uint8Array, sdk: Exports): Promise<LoadedBundle> {
  process.setSourceMapsEnabled(true);
  provideRuntime(scope, sdk);
  const evaluation = new Evaluation();
  const importing = evaluation.run(() => importSource(scope.script, source));
  // What comes before the first such call is thrown below; what a stopped evaluation throws later concerns nobody.
  importing.catch(() => {});
  // A call that its module does not wait for does not end the evaluation: it may come to its end in the same turn.
  const stopped = evaluation.reached.then(() => turn({}));
  try {
    await Promise.race([importing, stopped]);
    return loadedBundle(scope, source);
  } catch (cause) {
    throw evaluationFailed(cause, scope.root);
  }
}

function loadedBundle(scope: BundleScope, source: Uint8Array): LoadedBundle {
  const { objects } = scope;
  const find = (id: DefinitionId, kind: DefinedKind): unknown => {
    const found = objects.get(id);
    return found?.kind === kind ? found.object : undefined;
  };
  let digests: Promise<CodeDigests> | undefined;
  return {
    exports: scope.exported(),
    ids: () => [...objects.keys()],
    electron: (id) => find(id, "electron") as Electron | undefined,
    lattice: (id) => find(id, "lattice") as Lattice | undefined,
    sourceText: (file) => scope.textOf(file),
    codeDigests() {
      const places = Array.from(objects, ([id, { calls, object }]) => {
        const place: DefinedPlace = { calls, foreign: leptonCode(object) };
        return [id, place] as const;
      });
      digests ??= digestsOf(source, new Map(places));
      return digests;
    },
  };
}

/** Loaded late: most processes that load bundles never ask, and need no parser. */
async function digestsOf(source: Uint8Array, definitions: ReadonlyMap<DefinitionId, DefinedPlace>) {
  const { codeDigests } = await import("./code-digests/code-digests.ts");
  return codeDigests(source, definitions);
}

function evaluationFailed(cause: unknown, root: string): CovalentError {
  const what = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  const place = cause instanceof Error ? userPlace(cause, root) : undefined;
  const reason = place === undefined ? what : `${what} (at ${place})`;
  return new CovalentError("BUNDLE_EVALUATION_FAILED", { reason }, { cause });
}

/** The first place in the user's own files, else in a package of the project, relative to it. */
function userPlace({ stack = "" }: Error, root: string): string | undefined {
  const inProject = stackPlaces(stack).filter(({ file }) => file.startsWith(join(root, "/")));
  const site = inProject.find(({ file }) => !file.includes("/node_modules/")) ?? inProject[0];
  return site && `${modulePath(site.file, root)}:${site.line}:${site.column}`;
}
