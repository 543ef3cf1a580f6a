import { setImmediate as turn } from "node:timers/promises";
import { type Kysely, sql } from "kysely";
import type { LatticeRow, Tables } from "../tables.ts";
import { TAKEN_OVER } from "../writer/copy-statements.ts";
import type { SqlValue, Statement } from "../writer/unit.ts";
import type { Writer } from "../writer/writer.ts";

/** Rows read or written at once: a few milliseconds on the event loop. */
const PAGE = 2_000;
const NODES_PER_COMMIT = 500;

export interface RunAgainOptions {
  readonly db: Kysely<Tables>;
  readonly writer: Writer;
}

/**
 * A node of a dispatch that is being registered, and everything that builds on it, wait for no result of an earlier run: they
 * will run.
 */
export async function takeNothingOver(
  { db, writer }: RunAgainOptions,
  { first_electron_id: first, electron_num: count }: LatticeRow,
  nodeId: number,
): Promise<void> {
  if (first === null) return;
  const rows = [...reachable(await childrenOf(db, first, count), first + nodeId)];
  for (let at = 0; at < rows.length; at += NODES_PER_COMMIT) {
    const ids = rows.slice(at, at + NODES_PER_COMMIT);
    const waiting = sql`select id from electrons where id in (${sql.join(ids)}) and status = 'PENDING_REUSE'`;
    const statements = [
      sql`delete from electron_assets where meta_id in (${waiting}) and key in (${TAKEN_OVER})`,
      sql`update electrons set status = 'NEW_OBJECT' where id in (${waiting})`,
    ];
    await writer.write({ statements: statements.map((one) => compiled(one.compile(db))), events: [] });
    await turn();
  }
}

function compiled({
  sql,
  parameters,
}: {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}): Statement {
  return { sql, parameters: parameters as readonly SqlValue[] };
}

async function childrenOf(
  db: Kysely<Tables>,
  first: number,
  count: number,
): Promise<ReadonlyMap<number, readonly number[]>> {
  const children = new Map<number, number[]>();
  for (let from = first; from < first + count; from += PAGE) {
    const edges = await db
      .selectFrom("electron_dependency")
      .select(["electron_id", "parent_electron_id"])
      .where("electron_id", ">=", from)
      .where("electron_id", "<", Math.min(from + PAGE, first + count))
      .execute();
    for (const { electron_id: child, parent_electron_id: parent } of edges) {
      const known = children.get(parent);
      if (known === undefined) children.set(parent, [child]);
      else known.push(child);
    }
    await turn();
  }
  return children;
}

function reachable(children: ReadonlyMap<number, readonly number[]>, start: number): ReadonlySet<number> {
  const found = new Set([start]);
  for (const node of found) for (const child of children.get(node) ?? []) found.add(child);
  return found;
}
