import { type Kysely, sql } from "kysely";
import { CARRIED } from "../dialects/sqlite/carried.ts";
import type { Tables } from "../tables.ts";
import type { Statement } from "../writer/unit.ts";
import type { Writer } from "../writer/writer.ts";

/** Electrons removed in one commit. */
const SLICE = 300;

/** What `is_active` is of a dispatch that is being removed for good; `registering` is 1 then, so that nobody sees it. */
export const PURGED = -1;

export interface RemovalOptions {
  /**
   * `removed` with it, unless another dispatch or the cache has them, too; `left` without an owner, for whoever knows what else may
   * refer to their bytes (asset-collection.ts).
   */
  readonly assets: "removed" | "left";
}

/**
 * Removes a dispatch with everything that belongs to it, in slices. Meant for those whose registration was never finished and those
 * that are marked as {@link PURGED}: if the process dies in between, the rest is removed when the database is next opened.
 */
export async function removeDispatch(
  db: Kysely<Tables>,
  writer: Writer,
  lattice: number,
  { assets }: RemovalOptions = { assets: "removed" },
): Promise<void> {
  const hasCarried = await isCarrying(db);
  for (;;) {
    const electrons = await db
      .selectFrom("electrons")
      .select(["id", "job_id"])
      .where("parent_lattice_id", "=", lattice)
      .limit(SLICE)
      .execute();
    if (electrons.length === 0) break;
    const ids = electrons.map((electron) => electron.id);
    const statements = [
      ...(await removeAssets(db, "electron_assets", ids, assets)),
      ...(hasCarried ? [removeCarried("electrons", ids)] : []),
      ...ids.flatMap((id) => removeElectron(db, id)),
      ...new Set(electrons.map((electron) => electron.job_id)).values().map((job) => removeJob(db, job)),
    ];
    await writer.write({ statements, events: [] });
  }
  const statements = [
    ...(await removeAssets(db, "lattice_assets", [lattice], assets)),
    db
      .deleteFrom("triggers")
      .where("dispatch_id", "=", db.selectFrom("lattices").select("dispatch_id").where("id", "=", lattice))
      .compile(),
    db.deleteFrom("bundles").where("lattice_id", "=", lattice).compile(),
    db.deleteFrom("lattices").where("id", "=", lattice).compile(),
  ];
  const carried = hasCarried ? [removeCarried("lattices", [lattice])] : [];
  await writer.write({ statements: [...carried, ...statements.map(plain)], events: [] });
}

/** True when a migration has left values that wait for their column. */
async function isCarrying(db: Kysely<Tables>): Promise<boolean> {
  const { rows } = await sql`SELECT 1 FROM sqlite_schema WHERE name = ${CARRIED}`.execute(db);
  return rows.length > 0;
}

/** Their ids are given to others, who must not get these values. */
function removeCarried(table: "electrons" | "lattices", ids: readonly number[]): Statement {
  return {
    sql: `DELETE FROM ${CARRIED} WHERE table_name = ? AND row_id IN (SELECT value FROM json_each(?))`,
    parameters: [table, JSON.stringify(ids)],
  };
}

/** Removes what registrations and removals left behind that never finished, because the process ended. */
export async function removeUnfinished(db: Kysely<Tables>, writer: Writer): Promise<void> {
  const unfinished = await db
    .selectFrom("lattices")
    .select(["id", "is_active"])
    .where("registering", "=", 1)
    .execute();
  for (const { id, is_active } of unfinished)
    await removeDispatch(db, writer, id, { assets: is_active === PURGED ? "left" : "removed" });
}

async function removeAssets(
  db: Kysely<Tables>,
  links: "electron_assets" | "lattice_assets",
  owners: readonly number[],
  then: RemovalOptions["assets"],
): Promise<Statement[]> {
  const rows = await db.selectFrom(links).select(["id", "asset_id"]).where("meta_id", "in", owners).execute();
  const assets = new Set(then === "left" ? [] : rows.map((row) => row.asset_id));
  return [
    ...rows.map(({ id }) => plain(db.deleteFrom(links).where("id", "=", id).compile())),
    ...assets.values().map((id) => removeAsset(db, id)),
  ];
}

/** Unless another dispatch has it, too, or the cache. */
function removeAsset(db: Kysely<Tables>, id: number): Statement {
  const query = db
    .deleteFrom("assets")
    .where("id", "=", id)
    .where(({ not, exists, selectFrom }) => {
      const named = (table: "electron_assets" | "lattice_assets" | "cache_entries") =>
        not(exists(selectFrom(table).select("asset_id").whereRef(`${table}.asset_id`, "=", "assets.id")));
      return named("electron_assets").and(named("lattice_assets")).and(named("cache_entries"));
    });
  return plain(query.compile());
}

function removeElectron(db: Kysely<Tables>, id: number): Statement[] {
  return [
    plain(db.deleteFrom("attempts").where("electron_id", "=", id).compile()),
    plain(db.deleteFrom("electron_dependency").where("electron_id", "=", id).compile()),
    plain(db.deleteFrom("electron_dependency").where("parent_electron_id", "=", id).compile()),
    plain(db.deleteFrom("electrons").where("id", "=", id).compile()),
  ];
}

/** The job of a task group goes with the last of its electrons. */
function removeJob(db: Kysely<Tables>, id: number): Statement {
  const query = db
    .deleteFrom("jobs")
    .where("id", "=", id)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(selectFrom("electrons").select("electrons.id").whereRef("electrons.job_id", "=", "jobs.id")),
      ),
    );
  return plain(query.compile());
}

function plain({
  sql,
  parameters,
}: {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}): Statement {
  return { sql, parameters: parameters as Statement["parameters"] };
}
