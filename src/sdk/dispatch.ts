import type { Bundle } from "../bundle/bundle.ts";
import type { Client } from "../client/client.ts";
import { getResult, type Result } from "../client/result.ts";
import { CovalentError } from "../model/errors.ts";
import type { ManifestLine } from "../model/manifest.ts";
import { VERSION } from "../version.ts";
import { definitionId } from "./definitions.ts";
import type { PlainFunction, Resolved } from "./handle-types.ts";
import type { Lattice } from "./lattice.ts";
import { type PreparedDispatch, prepare } from "./prepare.ts";
import { type TracedGraph, trace } from "./trace.ts";

export interface DispatchOptions {
  /** The server's address; the running local server's, or the configured one, when absent. */
  readonly url?: string;
  /** For servers that listen beyond their own machine; the configured one when absent. */
  readonly token?: string;
}

/**
 * Registers and starts a dispatch: the lattice is called once to trace its graph, and the server runs what it finds.
 *
 * @returns a function that takes the lattice's arguments and gives the dispatch id
 * @throws whatever the lattice throws, unchanged
 * @throws {CovalentError} when the server cannot be reached, an argument cannot be serialised or the module cannot be bundled
 * @example
 * const id = await dispatch(selectModel)("data/co2.csv");
 * const result = await getResult(id, { wait: true });
 */
export function dispatch<F extends PlainFunction>(
  lattice: Lattice<F>,
  options: DispatchOptions = {},
): (...args: Parameters<F>) => Promise<string> {
  return async (...args) => {
    const [{ bundleModule, inspectBundle, assertDefined }, { createClient }, { findServer }, graph] =
      await Promise.all([
        import("../bundle/index.ts"),
        import("../client/client.ts"),
        import("../discovery/find-server.ts"),
        trace(lattice, args),
      ]);
    const bundle = await bundleModule(lattice.definition.module);
    for (const warning of bundle.warnings) process.emitWarning(warning, "CovalentWarning");
    assertDefined(neededIds(lattice, graph, bundle), await inspectBundle(bundle));
    const client = createClient(findServer(options));
    return submit({ lattice, args, graph, bundle, client, workdir: process.cwd() });
  };
}

/**
 * Dispatches and waits for the result. A failed dispatch is a result too, with `status` FAILED and an `error`.
 *
 * @example
 * const { result } = await dispatchSync(selectModel)("data/co2.csv");
 */
export function dispatchSync<F extends PlainFunction>(
  lattice: Lattice<F>,
  options: DispatchOptions = {},
): (...args: Parameters<F>) => Promise<Result<Resolved<Awaited<ReturnType<F>>>>> {
  return async (...args) => getResult(await dispatch(lattice, options)(...args), { ...options, wait: true });
}

/** Cancelling comes with the next version of the dispatcher. */
export async function cancel(_dispatchId: string): Promise<never> {
  throw new CovalentError("NOT_YET", {
    feature: "cancel()",
    alternative: "Give electrons a timeout until then.",
  });
}

/** Running a dispatch again comes with the next version of the dispatcher. */
export async function redispatch(_dispatchId: string): Promise<never> {
  throw new CovalentError("NOT_YET", {
    feature: "redispatch()",
    alternative: "Dispatch the lattice again until then.",
  });
}

export interface Submission {
  readonly lattice: Lattice;
  readonly args: readonly unknown[];
  readonly graph: TracedGraph;
  readonly bundle: Bundle;
  readonly client: Client;
  readonly workdir: string;
}

/** Registers a traced graph, uploads what the server asks for, and starts it. Gives the dispatch id. */
export async function submit({ client, ...submission }: Submission): Promise<string> {
  const prepared = prepare({ ...submission, version: VERSION });
  const { metadata, missing_assets } = await client.register(manifestLines(prepared));
  if (missing_assets.length > 0) await client.upload(requested(prepared, missing_assets));
  await client.start(metadata.dispatch_id);
  return metadata.dispatch_id;
}

/** Nodes or links in one line of a streamed manifest. */
const SLICE = 1_000;

async function* manifestLines({ header, nodes, links }: PreparedDispatch): AsyncGenerator<ManifestLine> {
  yield { kind: "header", node_count: nodes.length, link_count: links.length, header, node_defaults: {} };
  for (let at = 0; at < nodes.length; at += SLICE)
    yield { kind: "nodes", nodes: nodes.slice(at, at + SLICE) };
  for (let at = 0; at < links.length; at += SLICE)
    yield { kind: "links", links: links.slice(at, at + SLICE) };
  yield { kind: "end" };
}

async function* requested(
  { uploads }: PreparedDispatch,
  digests: readonly string[],
): AsyncGenerator<{ digest: string; bytes: Uint8Array }> {
  for (const digest of digests) {
    const bytes = uploads.get(digest);
    if (bytes === undefined)
      throw new CovalentError("ASSET_NOT_FOUND", { what: `asset ${digest} that the server asks for` });
    yield { digest, bytes };
  }
}

function neededIds(lattice: Lattice, graph: TracedGraph, bundle: Bundle): Map<string, string> {
  const needed = new Map([[definitionId(lattice.definition, bundle.root), lattice.name]]);
  for (const { electron } of graph.nodes) {
    if (electron !== undefined) needed.set(definitionId(electron.definition, bundle.root), electron.name);
  }
  return needed;
}
