/**
 * Running a dispatch again. What is the same as before is copied by the server. A lattice with other code, other arguments or other
 * electrons is traced once more, here or, from the bundle that was stored with the dispatch, in a process of its own; the server compares
 * the new graph with the old one.
 */
import type { Client } from "../client/client.ts";
import { readStoredValue } from "../client/stored-value.ts";
import { CovalentError } from "../model/errors.ts";
import type { LatticeMetadata, ManifestHeader, Registered } from "../model/manifest.ts";
import type { Lattice } from "../sdk/lattice.ts";
import { serialize } from "../serialization/serialize.ts";
import type { Code } from "./code.ts";
import { manifestLines } from "./manifest-lines.ts";
import { type RunOptions, runMetadata } from "./node-options.ts";
import type { PreparedDispatch } from "./prepare.ts";
import { type Replacement, replaceElectrons } from "./replace-electrons.ts";
import { retrace } from "./retrace.ts";
import { plan, uploadMissing } from "./submit.ts";

export interface Resubmission {
  readonly client: Client;
  /** The earlier dispatch. */
  readonly of: string;
  /** Take over what has completed there and would be the same. */
  readonly reuse: boolean;
  /** Run this node and what builds on it again, and take over the rest. Goes with nothing that changes the graph. */
  readonly fromNode?: number | undefined;
  /** The lattice as it is now; the one that was stored when absent. */
  readonly current?: { readonly lattice: Lattice; code(): Code | Promise<Code> } | undefined;
  /** The earlier ones when absent. */
  readonly args?: readonly unknown[] | undefined;
  readonly replacements: readonly Replacement[];
  readonly idempotencyKey?: string | undefined;
  /** What it has in place of the earlier dispatch's. */
  readonly overrides: RunOptions;
  /** False: it is registered, and starts when somebody says so. */
  readonly run?: boolean | undefined;
}

export interface Resubmitted {
  readonly dispatchId: string;
  /** How many nodes take over their result. */
  readonly reused: number;
}

/**
 * Registers a dispatch that repeats another one, and starts it unless told otherwise.
 *
 * @throws whatever the lattice throws
 * @throws {CovalentError} `DISPATCH_NOT_FOUND`, `DISPATCH_NOT_ENDED`, `DISPATCH_OF_ORIGINAL`, `INVALID_ARGUMENT`; for lattices that are
 *   traced as {@link submit} does
 */
export async function resubmit(resubmission: Resubmission): Promise<Resubmitted> {
  const { client, current, args, replacements } = resubmission;
  const isSame = current === undefined && args === undefined && replacements.length === 0;
  const { metadata, reused = 0 } = await (isSame ? registerSame : registerChanged)(resubmission);
  if (resubmission.run ?? true) await client.start(metadata.dispatch_id);
  return { dispatchId: metadata.dispatch_id, reused };
}

function registerSame({
  client,
  of,
  reuse,
  fromNode,
  idempotencyKey,
  overrides,
}: Resubmission): Promise<Registered> {
  const { priority, deadline_ms: deadlineMs } = runMetadata(overrides);
  return client.redispatch(of, { reuse, fromNode, idempotencyKey, priority, deadlineMs });
}

async function registerChanged(resubmission: Resubmission): Promise<Registered> {
  const { client, of, reuse, replacements } = resubmission;
  const prepared = replaceElectrons(await preparedAgain(resubmission), replacements);
  const registered = await client.redispatch(of, { reuse, lines: manifestLines(prepared) });
  await uploadMissing(client, prepared, registered.missing_assets);
  return registered;
}

async function preparedAgain(resubmission: Resubmission): Promise<PreparedDispatch> {
  const { client, of, current, idempotencyKey } = resubmission;
  const header = await client.header(of);
  const { metadata } = header.lattice;
  const args = resubmission.args ?? (await earlierArguments(resubmission, header));
  const { priority, deadline_ms: deadline } = metadata;
  const overrides = {
    ...(priority === undefined ? {} : { priority }),
    ...(deadline === undefined ? {} : { deadline }),
    ...resubmission.overrides,
  };
  const common = { workdir: metadata.workdir ?? process.cwd(), overrides, idempotencyKey };
  if (current !== undefined) return plan({ ...current, args, ...common });
  const { lattice, bundle: digest } = storedLattice(of, metadata);
  const stored = header.bundles.find((each) => each.digest === digest);
  return retrace({
    ...common,
    lattice,
    digest,
    bytes: await client.asset(digest),
    externals: stored?.externals ?? [],
    projectRoot: metadata.project_root ?? null,
    inputs: serialize({ args }).bytes,
  });
}

/** @throws {CovalentError} `INVALID_ARGUMENT` when they are not ours to read, `DISPATCH_OF_ORIGINAL` */
export async function earlierArguments(
  { client, of }: Pick<Resubmission, "client" | "of">,
  { lattice, metadata: { status } }: ManifestHeader,
): Promise<readonly unknown[]> {
  const { language } = lattice.metadata;
  if (language !== "typescript") {
    const summary = await client.summary(of);
    if (summary.language === null)
      throw new CovalentError("DISPATCH_OF_ORIGINAL", { dispatchId: of, status });
    throw notOurs(of);
  }
  const inputs = await client.dispatchAsset(of, "inputs");
  const value = inputs && (await readStoredValue(inputs, client));
  return (value as { readonly args?: readonly unknown[] } | undefined)?.args ?? [];
}

function storedLattice(of: string, { lattice, bundle, language }: LatticeMetadata) {
  if (language !== "typescript") throw notOurs(of);
  if (lattice !== undefined && bundle !== undefined) return { lattice, bundle };
  throw new CovalentError("INVALID_ARGUMENT", {
    reason: `dispatch ${of} is the map of an electron, not of a lattice: it can only be run again as it was, or as part of the dispatch that it belongs to`,
  });
}

function notOurs(of: string): CovalentError {
  return new CovalentError("INVALID_ARGUMENT", {
    reason: `dispatch ${of} was written in Python: with changes it can be run again by Covalent's Python SDK`,
  });
}
