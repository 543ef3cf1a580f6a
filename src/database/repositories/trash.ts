import { stat } from "node:fs/promises";
import { type Kysely, sql } from "kysely";
import { CovalentError } from "../../model/errors.ts";
import type { Tables } from "../tables.ts";
import { RefusedUnit, type Writer } from "../writer/writer.ts";
import { type AssetGuard, collectAssets } from "./asset-collection.ts";
import { toShownStatus } from "./node-columns.ts";
import { toText, toWhole } from "./old-values.ts";
import { PURGED, removeDispatch } from "./remove-dispatch.ts";
import type { TrashRepository } from "./trash-repository.ts";

export interface TrashOptions {
  /** For reading. */
  readonly db: Kysely<Tables>;
  readonly writer: Writer;
  readonly guard: AssetGuard;
  readonly path: string;
  /** Writes the file anew without what is free in it. */
  readonly vacuum: () => Promise<void>;
}

export function createTrashRepository({ db, writer, guard, path, vacuum }: TrashOptions): TrashRepository {
  return {
    async list({ offset, count }) {
      const rows = await deleted(db)
        .select(["dispatch_id", "name", "status", "electron_num", "updated_at"])
        .orderBy("updated_at", "desc")
        .orderBy("id", "desc")
        .offset(offset)
        .limit(count)
        .execute();
      const all = await deleted(db).select(sql<number>`count(*)`.as("total")).executeTakeFirstOrThrow();
      const items = rows.map((row) => ({
        dispatchId: toText(row.dispatch_id),
        name: toText(row.name),
        status: toShownStatus(row.status),
        nodes: toWhole(row.electron_num) ?? 0,
        deletedAt: toText(row.updated_at),
      }));
      return { items, total: Number(all.total) };
    },
    async purge(dispatchId) {
      const rows = await claim(db, writer, dispatchId);
      for (const row of rows) await removeDispatch(db, writer, row, { assets: "left" });
      return rows.length;
    },
    collect: (stored, read) => collectAssets({ db, writer, guard }, stored, read),
    shrink: vacuum,
    size: async () => (await sizeOf(path)) + (await sizeOf(`${path}-wal`)),
  };
}

async function sizeOf(file: string): Promise<number> {
  // The log is there while something is in it.
  return (await stat(file).catch(() => undefined))?.size ?? 0;
}

function deleted(db: Kysely<Tables>) {
  return db
    .selectFrom("lattices")
    .where("is_active", "=", 0)
    .where("registering", "is", null)
    .where("electron_id", "is", null);
}

/** Marks a dispatch and those of its sublattices as being removed: from here on there is no way back. Gives their rows. */
async function claim(db: Kysely<Tables>, writer: Writer, dispatchId: string): Promise<number[]> {
  const found = await db
    .selectFrom("lattices")
    .select(["is_active", "registering", "electron_id"])
    .where("dispatch_id", "=", dispatchId)
    .executeTakeFirst();
  if (found === undefined || found.registering !== null)
    throw new CovalentError("DISPATCH_NOT_FOUND", { dispatchId });
  // What a sublattice computed is part of what its dispatch did.
  if (found.is_active === 1 || found.electron_id !== null)
    throw new CovalentError("PURGE_NOT_DELETED", { dispatchId });
  const rows = (await below(db, dispatchId)).rows.map(({ row }) => row);
  const statement = {
    sql: `UPDATE lattices SET registering = 1, is_active = ${PURGED}
      WHERE id IN (SELECT value FROM json_each(?)) AND is_active = 0 AND registering IS NULL`,
    parameters: [JSON.stringify(rows)],
    mustChange: rows.length,
  };
  try {
    await writer.write({ statements: [statement], events: [] });
  } catch (error) {
    // Somebody has brought it, or one of its sublattices, back.
    if (error instanceof RefusedUnit)
      throw new CovalentError("PURGE_NOT_DELETED", { dispatchId }, { cause: error });
    throw error;
  }
  return rows;
}

function below(db: Kysely<Tables>, dispatchId: string) {
  return sql<{ row: number }>`WITH RECURSIVE below (row) AS (
      SELECT id FROM lattices WHERE dispatch_id = ${dispatchId}
      UNION SELECT lattices.id FROM below JOIN electrons ON electrons.parent_lattice_id = below.row
        JOIN lattices ON lattices.electron_id = electrons.id)
    SELECT row FROM below`.execute(db);
}
