/**
 * From a lattice and its arguments to a dispatch that runs: tracing, looking every id up in the bundle, and handing both to a server.
 *
 * Promises: `dispatch()` in a program and `covalent run` go through the one function here; nothing is sent before the graph is
 * traced, its ids are known to exist in workers and its arguments are serialised; what is sent can start only when it is complete.
 */
import type { Client } from "../client/client.ts";
import { CovalentError } from "../model/errors.ts";
import type { Lattice } from "../sdk/lattice.ts";
import { trace } from "../sdk/trace.ts";
import { VERSION } from "../version.ts";
import { assertDefined } from "./assert-defined.ts";
import type { Code } from "./code.ts";
import { manifestLines } from "./manifest-lines.ts";
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
 * Traces a lattice and makes its manifest: all that happens before a server hears of it.
 *
 * @throws whatever the lattice throws, unchanged
 * @throws {CovalentError} `ELECTRON_NOT_IN_BUNDLE`, `UNSERIALIZABLE`
 */
export async function plan(submission: Omit<Submission, "client">): Promise<PreparedDispatch> {
  const { lattice, args, workdir, idempotencyKey, overrides } = submission;
  const graph = await trace(lattice, args);
  const code = await submission.code();
  assertDefined(lattice, graph, code);
  const given = { lattice, args, workdir, idempotencyKey, overrides };
  const prepared = prepare({ ...given, graph, ...code, version: VERSION });
  const { digest, bytes } = code.bundle;
  return { ...prepared, uploads: new Map(prepared.uploads).set(digest, bytes) };
}

/**
 * Traces a lattice, registers the graph, uploads what the server asks for, and starts it unless told otherwise. One with triggers is
 * started by the first of them that fires. Gives the dispatch id.
 *
 * @throws whatever the lattice throws, unchanged
 * @throws {CovalentError} `ELECTRON_NOT_IN_BUNDLE`, `UNSERIALIZABLE`, `SERVER_UNREACHABLE`
 */
export async function submit(submission: Submission): Promise<string> {
  const prepared = await plan(submission);
  const client = await submission.client();
  const run = submission.run ?? true;
  const { triggers = [] } = submission.lattice.options;
  const start = run && triggers.length === 0;
  const { metadata, missing_assets, started } = await client.register(manifestLines(prepared), { start });
  await uploadMissing(client, prepared, missing_assets);
  const { dispatch_id } = metadata;
  // If the process dies in between, those that are registered already start it.
  if (run) for (const trigger of triggers) await client.triggers.register(dispatch_id, trigger);
  if (start && started !== true) await client.start(dispatch_id);
  return dispatch_id;
}

/** Gives the server what it asks for. */
export async function uploadMissing(
  client: Client,
  prepared: PreparedDispatch,
  digests: readonly string[],
): Promise<void> {
  if (digests.length > 0) await client.upload(requested(prepared, digests));
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
