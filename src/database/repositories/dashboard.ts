import { type CompiledQuery, type ExpressionBuilder, type Kysely, type Selectable, sql } from "kysely";
import type { LatticeRow, Tables } from "../tables.ts";
import { toDatetime } from "../times.ts";
import type { SqlValue } from "../writer/unit.ts";
import { RefusedUnit, type Writer } from "../writer/writer.ts";
import type {
  DashboardRepository,
  DashboardRow,
  DispatchFilter,
  Ordering,
  SubDispatchOrdering,
} from "./dashboard-repository.ts";
import { toShownStatus } from "./node-columns.ts";
import { toText, toTextOrNull, toWhole } from "./old-values.ts";

export interface DashboardOptions {
  /** For reading. */
  readonly db: Kysely<Tables>;
  readonly writer: Writer;
}

export function createDashboardRepository({ db, writer }: DashboardOptions): DashboardRepository {
  return {
    async list(filter, ordering, { offset, count }) {
      const [rows, { total }] = await Promise.all([
        ordered(roots(db, filter).select(COLUMNS), ordering).offset(offset).limit(count).execute(),
        roots(db, filter).select(sql<number>`count(*)`.as("total")).executeTakeFirstOrThrow(),
      ]);
      return { items: rows.map(toRow), total: Number(total) };
    },
    async subDispatches(rootDispatchId, ordering) {
      const rows = await ordered(visible(db).select(COLUMNS), ordering)
        .where("electron_id", "is not", null)
        .where("id", "in", below(db, rootDispatchId))
        .execute();
      return rows.map(toRow);
    },
    async find(dispatchId) {
      const row = await visible(db).select(COLUMNS).where("dispatch_id", "=", dispatchId).executeTakeFirst();
      return row && toRow(row);
    },
    overview: () => readOverview(db),
    async ids(filter, limit) {
      const rows = await roots(db, filter).select("dispatch_id").orderBy("id").limit(limit).execute();
      return rows.map((row) => toText(row.dispatch_id));
    },
    remove: (dispatchId, at) => remove({ db, writer }, dispatchId, at),
    restore: (dispatchId, at) => restore({ db, writer }, dispatchId, at),
  };
}

/** Milliseconds from the start to the end, or until now. Times are texts. */
const RUNTIME = sql<
  number | null
>`CAST(round((julianday(coalesce(completed_at, 'now')) - julianday(started_at)) * 86400000) AS INTEGER)`;

const COLUMNS = [
  "dispatch_id",
  "name",
  "status",
  "electron_num",
  "completed_electron_num",
  "started_at",
  "completed_at",
  "updated_at",
  RUNTIME.as("runtime"),
] as const;

type Row = Pick<
  Selectable<LatticeRow>,
  | "dispatch_id"
  | "name"
  | "status"
  | "electron_num"
  | "completed_electron_num"
  | "started_at"
  | "completed_at"
  | "updated_at"
> & { readonly runtime: number | null };

/** The original's order of statuses, with ours among them. */
const STATUS_ORDER = sql<number>`CASE status WHEN 'NEW_OBJECT' THEN 0 WHEN 'STARTING' THEN 1 WHEN 'RUNNING' THEN 1
  WHEN 'COMPLETED' THEN 2 WHEN 'POSTPROCESSING' THEN 3 WHEN 'POSTPROCESSING_FAILED' THEN 4
  WHEN 'PENDING_POSTPROCESSING' THEN 5 WHEN 'FAILED' THEN 6 WHEN 'CANCELLED' THEN 7 END`;

const ORDER = {
  runtime: RUNTIME,
  status: STATUS_ORDER,
  started_at: sql`started_at`,
  ended_at: sql`completed_at`,
  lattice_name: sql`name`,
  total_electrons: sql`electron_num`,
} as const;

function visible(db: Kysely<Tables>) {
  return db.selectFrom("lattices").where("is_active", "=", 1).where("registering", "is", null);
}

function roots(db: Kysely<Tables>, { search = "", statuses }: DispatchFilter) {
  const pattern = `%${search.replace(/[\\%_]/g, "\\$&")}%`;
  return visible(db)
    .where("electron_id", "is", null)
    .$if(statuses !== undefined, (query) => query.where("status", "in", [...(statuses ?? [])]))
    .$if(search !== "", (query) =>
      query.where(
        sql<boolean>`(lower(name) like lower(${pattern}) escape '\\' or dispatch_id like lower(${pattern}) escape '\\')`,
      ),
    );
}

/** The rows of all dispatches that are nodes of it, or of one of them: what is recorded as their root may be themselves. */
function below(db: Kysely<Tables>, dispatchId: string) {
  return db
    .withRecursive("below(row)", (step) =>
      step
        .selectFrom("lattices")
        .select("id as row")
        .where("dispatch_id", "=", dispatchId)
        .union(
          step
            .selectFrom("below")
            .innerJoin("electrons", "electrons.parent_lattice_id", "below.row")
            .innerJoin("lattices", "lattices.electron_id", "electrons.id")
            .select("lattices.id as row"),
        ),
    )
    .selectFrom("below")
    .select("row");
}

function listed(db: Kysely<Tables>) {
  return visible(db).select(COLUMNS);
}

function ordered(query: ReturnType<typeof listed>, { by, descending }: Ordering | SubDispatchOrdering) {
  const direction = descending ? "desc" : "asc";
  return query.orderBy(ORDER[by], direction).orderBy("id", direction);
}

async function readOverview(db: Kysely<Tables>) {
  const rows = await roots(db, {})
    .select(["status", sql<number>`count(*)`.as("count")])
    .select(
      sql<number | null>`sum((julianday(completed_at) - julianday(started_at)) * 86400000)`.as("runtime"),
    )
    .groupBy("status")
    .execute();
  const latest = await roots(db, {})
    .select("status")
    .orderBy("updated_at", "desc")
    .limit(1)
    .executeTakeFirst();
  return {
    counts: new Map(rows.map(({ status, count }) => [toShownStatus(status), Number(count)])),
    latest: latest === undefined ? null : toShownStatus(latest.status),
    runtimeMs: Math.round(rows.reduce((sum, { runtime }) => sum + Number(runtime ?? 0), 0)),
  };
}

function toRow(row: Row): DashboardRow {
  return {
    dispatchId: toText(row.dispatch_id),
    name: toText(row.name),
    status: toShownStatus(row.status),
    runtimeMs: toWhole(row.runtime),
    electrons: toWhole(row.electron_num) ?? 0,
    completedElectrons: toWhole(row.completed_electron_num) ?? 0,
    startedAt: toTextOrNull(row.started_at),
    endedAt: toTextOrNull(row.completed_at),
    updatedAt: toTextOrNull(row.updated_at),
  };
}

/** With the dispatches of its sublattices. One statement, so that none can start in between. */
async function remove({ db, writer }: DashboardOptions, dispatchId: string, at: number): Promise<boolean> {
  const query = db
    .updateTable("lattices")
    .set({ is_active: 0, updated_at: toDatetime(at) })
    .where("id", "in", below(db, dispatchId))
    .where("is_active", "=", 1)
    .where("registering", "is", null)
    .where((eb) => eb.not(eb.exists(underWay(eb, dispatchId))))
    .compile();
  return changes(writer, query);
}

/** With the dispatches of its sublattices. What was never registered wholly stays unseen. */
async function restore({ db, writer }: DashboardOptions, dispatchId: string, at: number): Promise<boolean> {
  const query = db
    .updateTable("lattices")
    .set({ is_active: 1, updated_at: toDatetime(at) })
    .where((eb) => eb.or([eb("dispatch_id", "=", dispatchId), eb("root_dispatch_id", "=", dispatchId)]))
    .where("is_active", "=", 0)
    .where("registering", "is", null)
    .compile();
  return changes(writer, query);
}

/** False when there was nothing to change. */
async function changes(writer: Writer, query: CompiledQuery): Promise<boolean> {
  try {
    await writer.write({ statements: [{ ...statement(query), mustChange: 1 }], events: [] });
    return true;
  } catch (error) {
    if (error instanceof RefusedUnit && error.outcome.kind === "unchanged") return false;
    throw error;
  }
}

function underWay(eb: ExpressionBuilder<Tables, "lattices">, dispatchId: string) {
  return eb
    .selectFrom("lattices as running")
    .select("running.id")
    .where("running.dispatch_id", "=", dispatchId)
    .where("running.language", "is not", null)
    .where("running.status", "in", ["STARTING", "RUNNING"]);
}

function statement({ sql, parameters }: CompiledQuery) {
  return { sql, parameters: parameters as readonly SqlValue[] };
}
