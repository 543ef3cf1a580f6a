import type { OpenAttempt, StoredNode } from "../../model/change.ts";
import type { PayloadRef } from "../../model/payload.ts";
import { Slab } from "../../model/slab.ts";
import type { AssetRow, ElectronRow, JobRow } from "../tables.ts";
import { parseRecord } from "./json.ts";
import { toCodec, toKey, toNodeType, toOptions, toSize, toStatus } from "./node-columns.ts";
import { repeated } from "./repeated.ts";

type ElectronColumn =
  | "id"
  | "transport_graph_node_id"
  | "name"
  | "type"
  | "status"
  | "executor"
  | "executor_data"
  | "electron"
  | "bundle"
  | "options"
  | "key"
  | "retry_at"
  | "retry_delay_ms"
  | "code_digest";

/** What is read of a node: its own row, the request to its job, and the asset that is its output. */
export type StoredNodeRow = Pick<ElectronRow, ElectronColumn> &
  OutputColumns & { readonly cancel_requested: JobRow["cancel_requested"] | null };

/** All `null` of a node without an output; `content` also where it is large. */
export type OutputColumns = {
  readonly [Column in "content_digest" | "size" | "codec" | "content"]: AssetRow[Column] | null;
};

/** What of a node is in other tables. */
export interface BesideNode {
  readonly attempts?: NodeAttempts | undefined;
  readonly subDispatchId?: string | null;
}

export interface NodeAttempts {
  counted: number;
  lost: number;
  last: number;
  open: OpenAttempt | null;
}

/**
 * Makes nodes as the dispatcher has them of the rows of one dispatch: what many of them say is there once, and the bytes of small
 * outputs lie side by side.
 */
export function storedNodes(): (row: StoredNodeRow, beside?: BesideNode) => StoredNode {
  const text = repeated((column: string) => column);
  const textOrNull = repeated((column: string | null) => column);
  const record = repeated(parseRecord);
  const options = repeated(toOptions);
  const slab = new Slab();
  return (row, { attempts, subDispatchId = null } = {}) => {
    const { retry_at: retryAt, retry_delay_ms: delayMs } = row;
    return {
      row: row.id,
      nodeId: row.transport_graph_node_id,
      name: text(row.name),
      type: toNodeType(row.type, row.name),
      status: toStatus(row.status),
      executor: text(row.executor ?? ""),
      executorData: record(row.executor_data),
      electron: textOrNull(row.electron),
      bundle: textOrNull(row.bundle),
      pickled: null,
      options: options(row.options),
      key: toKey(row.key),
      output: outputOf(row, slab),
      attempts: attempts?.counted ?? 0,
      lost: attempts?.lost ?? 0,
      lastAttempt: attempts?.last ?? 0,
      open: attempts?.open ?? null,
      retry: retryAt === null ? null : { at: retryAt, delayMs: delayMs ?? 0 },
      cancelRequested: Number(row.cancel_requested) === 1,
      codeDigest: textOrNull(row.code_digest),
      subDispatchId,
    };
  };
}

function outputOf({ content_digest, size, codec, content }: OutputColumns, slab: Slab): PayloadRef | null {
  if (content_digest === null) return null;
  const payload = { digest: content_digest, size: toSize(size) ?? 0, codec: toCodec(codec) };
  return content === null ? payload : { ...payload, inline: slab.keep(content) };
}
