import { type CompiledQuery, type Kysely, type Selectable, sql } from "kysely";
import * as z from "zod";
import { type TriggerRecord, triggerSchema } from "../../model/trigger.ts";
import type { Tables, TriggerRow } from "../tables.ts";
import type { SqlValue } from "../writer/unit.ts";
import type { Writer } from "../writer/writer.ts";
import { parseJson } from "./json.ts";
import type { TriggerProgress, TriggerQuery, TriggerRepository } from "./trigger-repository.ts";

export interface TriggerRepositoryOptions {
  /** For reading. */
  readonly db: Kysely<Tables>;
  readonly writer: Writer;
}

export function createTriggerRepository({ db, writer }: TriggerRepositoryOptions): TriggerRepository {
  const write = async ({ sql, parameters }: CompiledQuery): Promise<void> => {
    await writer.write({ statements: [{ sql, parameters: parameters as readonly SqlValue[] }], events: [] });
  };
  return {
    async add({ id, dispatchId, definition, at, dueAt }) {
      const row = {
        ...UNFIRED,
        id,
        dispatch_id: dispatchId,
        definition: JSON.stringify(definition),
        created_at: at,
        due_at: dueAt,
      };
      await write(db.insertInto("triggers").values(row).compile());
      return toRecord(row);
    },
    async find(id) {
      const row = await db.selectFrom("triggers").selectAll().where("id", "=", id).executeTakeFirst();
      return row && toRecord(row);
    },
    list: (query) => list(db, query),
    async observed() {
      const rows = await matching(db, { observed: true }).selectAll().orderBy("created_at").execute();
      return rows.map(toRecord);
    },
    async note(id, progress) {
      await write(db.updateTable("triggers").set(columnsOf(progress)).where("id", "=", id).compile());
    },
    async pause(id, at, dueAt) {
      const definition =
        at === null
          ? sql<string>`json_remove(definition, ${PAUSED})`
          : sql<string>`json_set(definition, ${PAUSED}, ${at})`;
      const query = db.updateTable("triggers").set({ definition, due_at: dueAt }).where("id", "=", id);
      await write(query.where("stopped_at", "is", null).compile());
    },
    async stop(which, at) {
      const [column, values] =
        "ids" in which ? (["id", which.ids] as const) : (["dispatch_id", which.dispatchIds] as const);
      const rows = await matching(db, { observed: true }).select("id").where(column, "in", values).execute();
      const ids = rows.map(({ id }) => id);
      const query = db.updateTable("triggers").set({ stopped_at: at }).where("id", "in", ids);
      if (ids.length > 0) await write(query.where("stopped_at", "is", null).compile());
      return ids;
    },
  };
}

/** Beside what it waits for stands since when it does not: the table has no column for that. */
const PAUSED = "$.paused_at";

const pausedSchema = z.object({ paused_at: z.number().optional() });

const UNFIRED = {
  stopped_at: null,
  events: 0,
  fired: 0,
  fired_at: null,
  last_dispatch_id: null,
  problem: null,
} as const;

function matching(
  db: Kysely<Tables>,
  { dispatchId, observed }: Pick<TriggerQuery, "dispatchId" | "observed">,
) {
  return db
    .selectFrom("triggers")
    .$if(dispatchId !== undefined, (query) => query.where("dispatch_id", "=", dispatchId ?? ""))
    .$if(observed === true, (query) => query.where("stopped_at", "is", null));
}

async function list(db: Kysely<Tables>, query: TriggerQuery) {
  const [rows, { total }] = await Promise.all([
    matching(db, query)
      .selectAll()
      .orderBy("created_at", "desc")
      .orderBy("id")
      .offset(query.offset)
      .limit(query.count)
      .execute(),
    matching(db, query).select(sql<number>`count(*)`.as("total")).executeTakeFirstOrThrow(),
  ]);
  return { items: rows.map(toRecord), total: Number(total) };
}

function columnsOf(progress: TriggerProgress): Partial<TriggerRow> {
  const { dueAt, firedAt, lastDispatchId, ...same } = progress;
  return {
    ...same,
    ...(dueAt === undefined ? {} : { due_at: dueAt }),
    ...(firedAt === undefined ? {} : { fired_at: firedAt }),
    ...(lastDispatchId === undefined ? {} : { last_dispatch_id: lastDispatchId }),
  };
}

function toRecord(row: Selectable<TriggerRow>): TriggerRecord {
  const stored = parseJson(row.definition);
  return {
    id: row.id,
    dispatchId: row.dispatch_id,
    definition: triggerSchema.parse(stored),
    createdAt: row.created_at,
    stoppedAt: row.stopped_at,
    pausedAt: pausedSchema.parse(stored).paused_at ?? null,
    dueAt: row.due_at,
    events: row.events,
    fired: row.fired,
    firedAt: row.fired_at,
    lastDispatchId: row.last_dispatch_id,
    problem: row.problem,
  };
}
