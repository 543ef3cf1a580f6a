import type { DispatchSummary, NodeState } from "../database/repositories/dispatch-repository.ts";
import { CovalentError } from "../model/errors.ts";
import type { ManifestHeader, ManifestNode } from "../model/manifest.ts";
import { isTerminal } from "../model/status.ts";
import type { ObjectName } from "./object-names.ts";
import type { Services } from "./services.ts";

/** @throws {CovalentError} `DISPATCH_NOT_FOUND` */
export async function foundSummary(dispatchId: string, { database }: Services): Promise<DispatchSummary> {
  const summary = await database.dispatches.summary(dispatchId);
  if (summary === undefined) throw new CovalentError("DISPATCH_NOT_FOUND", { dispatchId });
  return summary;
}

/**
 * A dispatch's header with the number of the last event it surely includes: what happens while it is read may be in it too, and
 * is told again.
 *
 * @throws {CovalentError} `DISPATCH_NOT_FOUND`
 */
export async function foundHeader(dispatchId: string, { database }: Services): Promise<ManifestHeader> {
  const sequence = database.events.latest;
  const header = await database.dispatches.header(dispatchId);
  if (header === undefined) throw new CovalentError("DISPATCH_NOT_FOUND", { dispatchId });
  return { ...header, metadata: { ...header.metadata, dispatch_id: dispatchId, sequence } };
}

/** @throws {CovalentError} `DISPATCH_NOT_FOUND`, `NODE_NOT_FOUND` */
export async function foundNode(
  dispatchId: string,
  nodeId: number,
  services: Services,
): Promise<ManifestNode> {
  const [node] = await services.database.dispatches.nodes(dispatchId, { after: nodeId - 1, limit: 1 });
  if (node?.id === nodeId) return node;
  await foundSummary(dispatchId, services);
  throw new CovalentError("NODE_NOT_FOUND", { dispatchId, nodeId });
}

/** What a node is at, without what it consists of. @throws {CovalentError} `DISPATCH_NOT_FOUND`, `NODE_NOT_FOUND` */
async function foundNodeState(dispatchId: string, nodeId: number, services: Services): Promise<NodeState> {
  const { dispatches } = services.database;
  const [state] = await dispatches.nodeStates(dispatchId, { after: nodeId - 1, limit: 1 });
  if (state?.id === nodeId) return state;
  await foundSummary(dispatchId, services);
  throw new CovalentError("NODE_NOT_FOUND", { dispatchId, nodeId });
}

/**
 * Checks that what a name stands for may still be replaced.
 *
 * @throws {CovalentError} `ASSET_SEALED`, `DISPATCH_NOT_FOUND`, `NODE_NOT_FOUND`
 */
export async function checkUnsealed(
  { dispatchId, nodeId, key }: ObjectName,
  services: Services,
): Promise<void> {
  const { status } =
    nodeId === null
      ? await foundSummary(dispatchId, services)
      : await foundNodeState(dispatchId, nodeId, services);
  if (!isTerminal(status)) return;
  const owner = nodeId === null ? `dispatch ${dispatchId}` : `node ${nodeId} of dispatch ${dispatchId}`;
  throw new CovalentError("ASSET_SEALED", { what: `${key} of ${owner}` });
}
