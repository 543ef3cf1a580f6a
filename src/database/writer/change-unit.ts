import { hash } from "node:crypto";
import type { Kysely } from "kysely";
import type {
  AttemptEnded,
  Change,
  DispatchStatusChange,
  NodeOutput,
  NodeStatusChange,
} from "../../model/change.ts";
import type { Failure } from "../../model/failure.ts";
import { MAX_PAYLOAD_TEXT, type PayloadRef } from "../../model/payload.ts";
import type { Tables } from "../tables.ts";
import { toDatetime } from "../times.ts";
import {
  type AssetOwner,
  type AssetStatements,
  assetOfPayload,
  prepareAssetStatements,
} from "./asset-statements.ts";
import { type AttemptStatements, prepareAttemptStatements } from "./attempt-statements.ts";
import { type ControlStatements, prepareControlStatements } from "./control-statements.ts";
import type { Ids } from "./ids.ts";
import { prepareStatusStatements, type StatusStatements } from "./status-statements.ts";
import type { Completions, NewEvent, Statement, Unit } from "./unit.ts";

/** A unit, and for each of its statements the changes that it makes or is part of. */
export interface ChangeUnit extends Unit {
  readonly changes: readonly (readonly Change[])[];
}

/** Turns the changes of a run into what the writer executes. */
export type ToUnit = (changes: readonly Change[]) => ChangeUnit;

const LOGS = ["stdout", "stderr"] as const;

interface Prepared {
  readonly statuses: StatusStatements;
  readonly assets: AssetStatements;
  readonly attempts: AttemptStatements;
  readonly control: ControlStatements;
  readonly ids: Ids;
}

export function prepareChangeUnits(db: Kysely<Tables>, ids: Ids): ToUnit {
  const prepared: Prepared = {
    statuses: prepareStatusStatements(db),
    assets: prepareAssetStatements(db),
    attempts: prepareAttemptStatements(db),
    control: prepareControlStatements(db),
    ids,
  };
  return (changes) => {
    const statements: Statement[] = [];
    const blamed: (readonly Change[])[] = [];
    for (const alike of inRuns(changes)) {
      for (const statement of statementsOf(prepared, alike)) {
        statements.push(statement);
        blamed.push(alike);
      }
    }
    return {
      ...streamOf(changes),
      ...completionsOf(changes),
      statements,
      events: changes.flatMap(eventOf),
      changes: blamed,
    };
  };
}

/** The changes of one dispatch build on one another. */
function streamOf(changes: readonly Change[]): { stream?: number } {
  const stream = changes.find((change) => "dispatch" in change)?.dispatch;
  return stream === undefined ? {} : { stream };
}

function statementsOf(prepared: Prepared, alike: Run): readonly Statement[] {
  const [change, ...others] = alike;
  switch (change.kind) {
    case "node-status":
      return others.length === 0 ? nodeStatus(prepared, change) : [nodesStatus(prepared, change, alike)];
    case "dispatch-status":
      return dispatchStatus(prepared, change);
    case "attempt-placed":
      return [prepared.attempts.placed(change)];
    case "attempt-ended":
      return [prepared.attempts.ended(change), ...attemptLogs(prepared, change)];
    case "sub-dispatch-failed":
      return prepared.attempts.subDispatchFailed(change);
    case "retry-planned":
      return [prepared.control.retry(change)];
    case "cancel-requested":
      return prepared.control.cancel(change);
    case "dispatch-paused":
      return [prepared.control.pause(change)];
    case "result-cached":
      return [prepared.control.cached(change)];
  }
}

/** Parameters that are complete, descendants that are cancelled: they are many, and one statement does for them. */
function nodesStatus(
  { statuses }: Prepared,
  { status, at, reason }: NodeStatusChange,
  alike: Run,
): Statement {
  const rows = alike.flatMap((change) => (change.kind === "node-status" ? [change.node] : []));
  return statuses.nodes(status, { rows, at: toDatetime(at), reason: reason ?? null });
}

function nodeStatus(prepared: Prepared, change: NodeStatusChange): readonly Statement[] {
  const { status, node, failure } = change;
  const reason = change.reason ?? failure?.message ?? null;
  const payloads = {
    error: failure === undefined ? undefined : errorPayload(failure),
  };
  return [
    prepared.statuses.node(status, {
      row: node,
      at: toDatetime(change.at),
      reason,
      startedAt: change.startedAt === undefined ? null : toDatetime(change.startedAt),
    }),
    ...(change.cache === undefined
      ? []
      : [prepared.statuses.cache({ row: node, cache: JSON.stringify(change.cache) })]),
    ...storeOutput(prepared, node, change.output),
    ...Object.entries(payloads).flatMap(([key, payload]) =>
      storePayload(prepared, "electron", node, key, payload),
    ),
  ];
}

/**
 * The logs of an attempt are kept under a name of their own (`stdout:2`), so that those of a failed attempt are not lost when the
 * next one prints; `stdout` is the last attempt's.
 */
function attemptLogs({ assets, ids }: Prepared, change: AttemptEnded): readonly Statement[] {
  if (change.status === "RETURNED") return [];
  const { node, number } = change;
  return LOGS.flatMap((key) => {
    const payload = change[key];
    if (payload === undefined) return number > 1 ? [assets.unlink("electron", node, key)] : [];
    const asset = ids.reserve("assets", 1);
    return [
      assets.insert(assetOfPayload(asset, payload)),
      ...assets.relink("electron", node, asset, `${key}:${number}`),
      ...assets.relink("electron", node, asset, key),
    ];
  });
}

function storeOutput(prepared: Prepared, node: number, output: NodeOutput | undefined): readonly Statement[] {
  if (output !== undefined && "sameAs" in output) {
    return prepared.assets.share("electron", node, "output", output.sameAs);
  }
  return storePayload(prepared, "electron", node, "output", output);
}

function dispatchStatus(prepared: Prepared, change: DispatchStatusChange): readonly Statement[] {
  const { status, dispatch, reason = null, resultOf } = change;
  return [
    prepared.statuses.dispatch(status, { row: dispatch, at: toDatetime(change.at), reason }),
    ...(resultOf === undefined ? [] : prepared.assets.share("lattice", dispatch, "result", resultOf)),
  ];
}

function storePayload(
  { assets, ids }: Prepared,
  owner: AssetOwner,
  ownerRow: number,
  key: string,
  payload: PayloadRef | undefined,
): readonly Statement[] {
  if (payload === undefined) return [];
  const asset = ids.reserve("assets", 1);
  return [assets.insert(assetOfPayload(asset, payload)), ...assets.relink(owner, ownerRow, asset, key)];
}

/** Changes behind one another that are one statement. */
type Run = readonly [Change, ...Change[]];

function inRuns(changes: readonly Change[]): readonly Run[] {
  const runs: [Change, ...Change[]][] = [];
  for (const change of changes) {
    const last = runs.at(-1);
    if (last !== undefined && areAlike(last[0], change)) last.push(change);
    else runs.push([change]);
  }
  return runs;
}

/** True when both do the same to their nodes and nothing else. */
function areAlike(one: Change, other: Change): boolean {
  if (one.kind !== "node-status" || other.kind !== "node-status") return false;
  if (one.status !== other.status || one.at !== other.at || one.reason !== other.reason) return false;
  return isBare(one) && isBare(other);
}

function isBare({ output, failure, startedAt, cache }: NodeStatusChange): boolean {
  return (output ?? failure ?? startedAt ?? cache) === undefined;
}

/** All changes of a unit are of one dispatch. */
function completionsOf(changes: readonly Change[]): { completions?: Completions } {
  let completions: Completions | undefined;
  for (const change of changes) {
    if (change.kind !== "node-status" || change.status !== "COMPLETED") continue;
    completions = { row: change.dispatch, count: (completions?.count ?? 0) + 1, at: toDatetime(change.at) };
  }
  return completions === undefined ? {} : { completions };
}

function eventOf(change: Change): NewEvent[] {
  if (change.kind !== "node-status" && change.kind !== "dispatch-status") return [];
  const { at, dispatchId, status } = change;
  const reason = change.reason ?? (change.kind === "node-status" ? change.failure?.message : undefined);
  return [
    {
      at,
      dispatchId,
      ...(change.kind === "node-status" ? { nodeId: change.nodeId } : {}),
      status,
      ...(reason === undefined ? {} : { reason }),
    },
  ];
}

/** A failure as the text that people read: the node's `error` asset, as the original's. */
function errorPayload(failure: Failure): PayloadRef {
  const text = failure.stack ?? `${failure.name}: ${failure.message}`;
  const inline = Buffer.from(text);
  return {
    digest: hash("sha256", inline),
    size: inline.length,
    codec: "text",
    inline,
    text: text.slice(0, MAX_PAYLOAD_TEXT),
  };
}
