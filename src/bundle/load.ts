import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { CovalentError } from "../model/errors.ts";
import type { DefinitionId } from "../sdk/definition.ts";
import type { DefinedKind } from "../sdk/definitions.ts";
import type { Electron } from "../sdk/electron.ts";
import type { Lattice } from "../sdk/lattice.ts";
import { BundleScope } from "./run/bundle-scope.ts";
import { Evaluation } from "./run/evaluation.ts";
import { importSource } from "./run/import-source.ts";
import { provideRuntime } from "./run/runtime.ts";
import { sdkExports } from "./sdk-face.ts";

/** A bundle that has been evaluated in this process. */
export interface LoadedBundle {
  /** Of everything it has defined so far. */
  ids(): string[];
  electron(id: DefinitionId): Electron | undefined;
  lattice(id: DefinitionId): Lattice | undefined;
  /** What the bundled module exports; nothing when its evaluation never ends because it waits for a dispatch of its own. */
  readonly exports: Readonly<Record<string, unknown>>;
}

export interface LoadOptions {
  /**
   * The user's project (`Bundle.root`): where packages outside the bundle are resolved, and where traces say that the sources lie.
   * It need not exist on this machine. `null`: the bundle's own directory.
   */
  readonly projectRoot: string | null;
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
 * const bundle = await loadBundle(path, { projectRoot: "/home/ada/fits" });
 * await bundle.electron("src/steps.ts#clean")?.function("data/co2.csv");
 */
export async function loadBundle(path: string, { projectRoot }: LoadOptions): Promise<LoadedBundle> {
  const root = projectRoot ?? dirname(path);
  const { ino, size, mtimeMs } = await stat(path);
  const file = JSON.stringify([path, ino, size, mtimeMs, root]);
  const loading = byFile.get(file) ?? loadFile(path, root);
  byFile.set(file, loading);
  return loading;
}

async function loadFile(path: string, root: string): Promise<LoadedBundle> {
  const source = await readFile(path);
  const digest = createHash("sha256").update(source).digest("hex");
  const script = pathToFileURL(join(root, `covalent-bundle-${digest}.mjs`)).href;
  const loading = byScript.get(script) ?? evaluate(new BundleScope(script, root), source);
  byScript.set(script, loading);
  return loading;
}

async function evaluate(scope: BundleScope, source: Uint8Array): Promise<LoadedBundle> {
  process.setSourceMapsEnabled(true);
  provideRuntime(scope, await sdkExports());
  const evaluation = new Evaluation();
  const importing = evaluation.run(() => importSource(scope.script, source));
  // What comes before the first such call is thrown below; what a stopped evaluation throws later concerns nobody.
  importing.catch(() => {});
  // A call that its module does not wait for does not end the evaluation: it may come to its end in the same turn.
  const stopped = evaluation.reached.then(() => turn({}));
  try {
    return loadedBundle(scope, await Promise.race([importing, stopped]));
  } catch (cause) {
    throw evaluationFailed(cause);
  }
}

function loadedBundle({ objects }: BundleScope, exports: Readonly<Record<string, unknown>>): LoadedBundle {
  const find = (id: DefinitionId, kind: DefinedKind): unknown => {
    const found = objects.get(id);
    return found?.kind === kind ? found.object : undefined;
  };
  return {
    exports,
    ids: () => [...objects.keys()],
    electron: (id) => find(id, "electron") as Electron | undefined,
    lattice: (id) => find(id, "lattice") as Lattice | undefined,
  };
}

function evaluationFailed(cause: unknown): CovalentError {
  const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  return new CovalentError("BUNDLE_EVALUATION_FAILED", { reason }, { cause });
}
