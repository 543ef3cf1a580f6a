import { type Kysely, type RawBuilder, type Selectable, sql } from "kysely";
import { isTerminal } from "../../model/status.ts";
import type { LatticeRow, Tables } from "../tables.ts";
import { toIso } from "../times.ts";
import type { DispatchFilter, DispatchQuery, DispatchSort, DispatchSummary } from "./dispatch-repository.ts";
import { INTERRUPTED, isInterrupted } from "./interrupted.ts";
import { toShownStatus, toTags } from "./node-columns.ts";
import { toText, toTextOrNull, toWhole } from "./old-values.ts";

/** A page of dispatches, newest first. `sequence` is the number of an event that is surely older than what is read. */
export async function listDispatches(db: Kysely<Tables>, query: DispatchQuery, sequence: number) {
  const places = await listedPlaces(db, query).execute();
  const rows = await rowsAt(
    db,
    places.map(({ id }) => id),
  );
  const all = await countOf(db, query).executeTakeFirst();
  const total = Number(all?.total ?? 0);
  return {
    items: rows.map((row) => toSummary(row, sequence)),
    total: query.latest ? Math.min(total, 1) : total,
  };
}

/** Sorted by themselves: whole rows would fill the sorter, and take ten times as long far down the list. */
export function listedPlaces(db: Kysely<Tables>, query: DispatchQuery) {
  const { offset, count } = query.latest ? { offset: 0, count: 1 } : query;
  const sort = query.sort ?? NEWEST_FIRST;
  const oldestFirst = sort.by === "created" && !sort.descending;
  return matching(db, query)
    .select("id")
    .$if(sort.by !== "created", (sorted) =>
      sorted.orderBy(SORTED_BY[sort.by], sort.descending ? "desc" : "asc"),
    )
    .orderBy("created_at", oldestFirst ? "asc" : "desc")
    .orderBy("id", oldestFirst ? "asc" : "desc")
    .limit(count)
    .offset(offset);
}

export function countOf(db: Kysely<Tables>, query: DispatchFilter) {
  return matching(db, query).select(({ fn }) => fn.countAll().as("total"));
}

/** In the order of their ids. */
async function rowsAt(db: Kysely<Tables>, ids: readonly number[]): Promise<SummaryRow[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom("lattices")
    .select(["id", ...SUMMARY_COLUMNS])
    .where("id", "in", ids)
    .execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

const NEWEST_FIRST: DispatchSort = { by: "created", descending: true };

/** What has not begun or ended is behind the others when these come first that have done so last. */
const SORTED_BY: Readonly<Record<DispatchSort["by"], RawBuilder<unknown>>> = {
  created: sql`created_at`,
  started: sql`started_at`,
  ended: sql`completed_at`,
  name: sql`name COLLATE NOCASE`,
  status: sql`status`,
  nodes: sql`electron_num`,
  duration: sql`julianday(coalesce(completed_at, CURRENT_TIMESTAMP)) - julianday(started_at)`,
};

export async function countByStatus(db: Kysely<Tables>, query: DispatchFilter) {
  const rows = await matching(db, query)
    .select(["status", ({ fn }) => fn.countAll().as("total")])
    .groupBy("status")
    .execute();
  const counts: Partial<Record<DispatchSummary["status"], number>> = {};
  for (const { status: stored, total } of rows) {
    const status = toShownStatus(stored);
    counts[status] = (counts[status] ?? 0) + Number(total);
  }
  return counts;
}

export async function readSummary(
  db: Kysely<Tables>,
  dispatchId: string,
  sequence: number,
): Promise<DispatchSummary | undefined> {
  const row = await visible(db)
    .select(SUMMARY_COLUMNS)
    .where("dispatch_id", "=", dispatchId)
    .executeTakeFirst();
  return row === undefined ? undefined : toSummary(row, sequence);
}

const SUMMARY_COLUMNS = [
  "dispatch_id",
  "root_dispatch_id",
  "name",
  "status",
  "reason",
  "electron_num",
  "completed_electron_num",
  "created_at",
  "updated_at",
  "started_at",
  "completed_at",
  "language",
  "paused",
  "cancel_requested",
  "redispatch_of",
  "tags",
] as const satisfies readonly (keyof LatticeRow)[];

type SummaryRow = Pick<Selectable<LatticeRow>, (typeof SUMMARY_COLUMNS)[number]>;

/** In the words of the indexes of lists: a bound value would keep SQLite from using them. */
function visible(db: Kysely<Tables>) {
  return db.selectFrom("lattices").where(sql<boolean>`is_active = 1`).where("registering", "is", null);
}

function matching(db: Kysely<Tables>, { dispatchIds, statuses, search, rootsOnly }: DispatchFilter) {
  const pattern = `%${(search ?? "").replace(/[\\%_]/g, "\\$&")}%`;
  return (
    visible(db)
      .$if(dispatchIds !== undefined, (query) => query.where("dispatch_id", "in", [...(dispatchIds ?? [])]))
      // The original's last release recorded the dispatches of sublattices as their own roots.
      // The plus keeps SQLite from gathering all that have none, to sort them.
      .$if(rootsOnly === true, (query) => query.where(sql<boolean>`+electron_id IS NULL`))
      .$if(statuses !== undefined, (query) => query.where("status", "in", [...(statuses ?? [])]))
      .$if(search !== undefined && search !== "", (query) =>
        query.where(
          sql<boolean>`(lower(name) like lower(${pattern}) escape '\\' or dispatch_id like lower(${pattern}) escape '\\' or lower(tags) like lower(${pattern}) escape '\\')`,
        ),
      )
  );
}

function toSummary(row: SummaryRow, sequence: number): DispatchSummary {
  const status = toShownStatus(row.status);
  const interrupted = isInterrupted(row.language, status);
  return {
    dispatch_id: toText(row.dispatch_id),
    root_dispatch_id: toText(row.root_dispatch_id ?? row.dispatch_id),
    name: toText(row.name),
    status,
    reason: row.reason ?? (interrupted ? INTERRUPTED : null),
    interrupted,
    redispatch_of: toTextOrNull(row.redispatch_of),
    paused: row.paused === 1 && !isTerminal(status),
    cancel_requested: row.cancel_requested === 1 && !isTerminal(status),
    electron_num: toWhole(row.electron_num) ?? 0,
    completed_electron_num: toWhole(row.completed_electron_num) ?? 0,
    created_at: toIso(toText(row.created_at)),
    updated_at: toIso(toText(row.updated_at)),
    started_at: toIso(toTextOrNull(row.started_at)),
    completed_at: toIso(toTextOrNull(row.completed_at)),
    tags: toTags(row.tags) ?? [],
    language: row.language === "typescript" || row.language === "python" ? row.language : null,
    sequence,
  };
}
