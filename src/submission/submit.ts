/**
 * From a lattice and its arguments to a dispatch that runs: tracing, looking every id up in the bundle, and handing both to a server.
 *
 * Promises: `dispatch()` in a program and `covalent run` go through the one function here; nothing is sent before the graph is
 * traced, its ids are known to exist in workers and its arguments are serialised; what is sent can start only when it is complete.
 */
import type { Client } from "../client/client.ts";
import { CovalentError } from "../model/errors.ts";
import type { ManifestLine } from "../model/manifest.ts";
import type { Lattice } from "../sdk/lattice.ts";
import { trace } from "../sdk/trace.ts";
import { VERSION } from "../version.ts";
import { assertDefined } from "./assert-defined.ts";
import type { Code } from "./code.ts";
import type { RunOptions } from "./node-options.ts";
import { type PreparedDispatch, prepare } from "./prepare.ts";

export interface Submission {
  readonly lattice: Lattice;
  readonly args: readonly unknown[];
  /** Asked for once the lattice has been traced, for its errors come first. */
  code(): Code | Promise<Code>;
  client(): Client | Promise<Client>;
  /** The directory that tasks run in unless they say otherwise. */
  readonly workdir: string;
  /** A second submission with the same key gives the first one's dispatch. */
  readonly idempotencyKey?: string | undefined;
  /** False: it is registered, and starts when somebody says so. */
  readonly run?: boolean | undefined;
  /** What this dispatch has in place of the lattice's own. */
  readonly overrides?: RunOptions | undefined;
}

/**
 * Traces a lattice, registers the graph, uploads what the server asks for, and starts it unless told otherwise. Gives the
 * dispatch id.
 *
 * @throws whatever the lattice throws, unchanged
 * @throws {CovalentError} `ELECTRON_NOT_IN_BUNDLE`, `UNSERIALIZABLE`, `SERVER_UNREACHABLE`
 */
export async function submit({
  lattice,
  args,
  workdir,
  idempotencyKey,
  overrides,
  run = true,
  ...from
}: Submission): Promise<string> {
  const graph = await trace(lattice, args);
  const code = await from.code();
  assertDefined(lattice, graph, code);
  const prepared = prepare({
    lattice,
    args,
    graph,
    ...code,
    workdir,
    version: VERSION,
    idempotencyKey,
    overrides,
  });
  const client = await from.client();
  const { metadata, missing_assets } = await client.register(manifestLines(prepared));
  if (missing_assets.length > 0) await client.upload(requested(prepared, missing_assets));
  if (run) await client.start(metadata.dispatch_id);
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
