import type { Kysely } from "kysely";
import type { AttemptEnded, AttemptPlaced, SubDispatchFailed } from "../../model/change.ts";
import type { Tables } from "../tables.ts";
import { prepare } from "./prepare.ts";
import type { Statement } from "./unit.ts";

export interface AttemptStatements {
  placed(change: AttemptPlaced): Statement;
  /** Ends an attempt that is under way. One that was taken back before it had a place has no row, and needs none. */
  ended(change: AttemptEnded): Statement;
  subDispatchFailed(change: SubDispatchFailed): readonly Statement[];
}

export function prepareAttemptStatements(db: Kysely<Tables>): AttemptStatements {
  const insert = prepare<{
    node: number;
    number: number;
    token: string;
    executor: string;
    handle: string;
    at: number;
  }>((value) =>
    db
      .insertInto("attempts")
      .values({
        electron_id: value("node"),
        number: value("number"),
        token: value("token"),
        executor: value("executor"),
        handle: value("handle"),
        placed_at: value("at"),
      })
      // The same token again: it had not started and has got another place. One that has ended stays as it is.
      .onConflict((conflict) =>
        conflict
          .column("token")
          .doUpdateSet(({ ref }) => ({
            executor: ref("excluded.executor"),
            handle: ref("excluded.handle"),
            placed_at: ref("excluded.placed_at"),
            status: null,
            ended_at: null,
          }))
          .where((eb) => eb.or([eb("attempts.status", "is", null), eb("attempts.status", "=", "RETURNED")])),
      ),
  );
  const end = prepare<{
    token: string;
    status: string;
    startedAt: number | null;
    endedAt: number;
    failure: string | null;
  }>((value) =>
    db
      .updateTable("attempts")
      .set({
        status: value("status"),
        started_at: value("startedAt"),
        ended_at: value("endedAt"),
        failure: value("failure"),
      })
      .where("token", "=", value("token"))
      .where("status", "is", null),
  );
  const fail = prepareFailing(db);
  const release = prepareRelease(db);
  return {
    subDispatchFailed: ({ node, number, at, failure, again }) => [
      fail({ node, number, at, failure: JSON.stringify(failure) }),
      ...(again ? [release({ node })] : []),
    ],
    placed: ({ node, number, token, executor, handle, at }) =>
      insert({ node, number, token, executor, handle: JSON.stringify(handle ?? null), at }),
    ended: ({ token, status, startedAt, endedAt, failure }) =>
      end({
        token,
        status,
        startedAt,
        endedAt,
        failure: failure === undefined ? null : JSON.stringify(failure),
      }),
  };
}

function prepareFailing(db: Kysely<Tables>) {
  return prepare<{ node: number; number: number; at: number; failure: string }>((value) =>
    db
      .updateTable("attempts")
      .set({ status: "FAILED", ended_at: value("at"), failure: value("failure") })
      .where("electron_id", "=", value("node"))
      .where("number", "=", value("number"))
      .where("status", "=", "COMPLETED"),
  );
}

/** A node is one dispatch at a time: the one that it was is no longer its own, though still of the same root. */
export function prepareRelease(db: Kysely<Tables>): (values: { readonly node: number }) => Statement {
  return prepare((value) =>
    db.updateTable("lattices").set({ electron_id: null }).where("electron_id", "=", value("node")),
  );
}
