import type { Kysely } from "kysely";
import type { CancelRequested, DispatchPaused, ResultCached, RetryPlanned } from "../../model/change.ts";
import type { Tables } from "../tables.ts";
import { prepare } from "./prepare.ts";
import type { Statement } from "./unit.ts";

/** What people ask of a run, and what it remembers for later. None of these is a change of status. */
export interface ControlStatements {
  retry(change: RetryPlanned): Statement;
  cancel(change: CancelRequested): readonly Statement[];
  pause(change: DispatchPaused): Statement;
  /** Comes behind the statements that give the node its output. */
  cached(change: ResultCached): Statement;
}

export function prepareControlStatements(db: Kysely<Tables>): ControlStatements {
  const retry = prepare<{ node: number; at: number | null; delay: number | null }>((value) =>
    db
      .updateTable("electrons")
      .set({ retry_at: value("at"), retry_delay_ms: value("delay") })
      .where("id", "=", value("node")),
  );
  const cancelDispatch = prepare<{ row: number }>((value) =>
    db.updateTable("lattices").set({ cancel_requested: 1 }).where("id", "=", value("row")),
  );
  const cancelNode = prepare<{ row: number }>((value) =>
    db
      .updateTable("jobs")
      .set({ cancel_requested: 1 })
      .where("id", "=", (eb) => eb.selectFrom("electrons").select("job_id").where("id", "=", value("row"))),
  );
  const pause = prepare<{ row: number; paused: number }>((value) =>
    db
      .updateTable("lattices")
      .set({ paused: value("paused") })
      .where("id", "=", value("row")),
  );
  const cached = prepareCached(db);
  return {
    retry: ({ node, wait }) => retry({ node, at: wait?.at ?? null, delay: wait?.delayMs ?? null }),
    cancel: ({ dispatch, nodes }) =>
      nodes === "all" ? [cancelDispatch({ row: dispatch })] : nodes.map((row) => cancelNode({ row })),
    pause: ({ dispatch, paused }) => pause({ row: dispatch, paused: paused ? 1 : 0 }),
    cached,
  };
}

/** The newest result with a key is the one that counts. */
function prepareCached(db: Kysely<Tables>): ControlStatements["cached"] {
  const insert = prepare<Record<string, string | number | null>>((value) =>
    db
      .insertInto("cache_entries")
      .columns([
        "key",
        "name",
        "code_digest",
        "inputs_digest",
        "version",
        "asset_id",
        "dispatch_id",
        "node_id",
        "created_at",
        "expires_at",
      ])
      .expression((eb) =>
        eb
          .selectFrom("electron_assets as output")
          .select([
            value("key").as("key"),
            value("name").as("name"),
            value("code").as("code_digest"),
            value("inputs").as("inputs_digest"),
            value("version").as("version"),
            "output.asset_id",
            value("dispatch").as("dispatch_id"),
            value("nodeId").as("node_id"),
            value("at").as("created_at"),
            value("expires").as("expires_at"),
          ])
          .where("output.meta_id", "=", value("node") as never)
          .where("output.key", "=", "output"),
      )
      .onConflict((conflict) =>
        conflict.column("key").doUpdateSet(({ ref }) => ({
          asset_id: ref("excluded.asset_id"),
          dispatch_id: ref("excluded.dispatch_id"),
          node_id: ref("excluded.node_id"),
          created_at: ref("excluded.created_at"),
          expires_at: ref("excluded.expires_at"),
        })),
      ),
  );
  return ({ node, nodeId, dispatchId, entry }) =>
    insert({
      node,
      nodeId,
      dispatch: dispatchId,
      key: entry.key,
      name: entry.name,
      code: entry.codeDigest,
      inputs: entry.inputsDigest,
      version: entry.version,
      at: entry.at,
      expires: entry.expiresAt,
    });
}
