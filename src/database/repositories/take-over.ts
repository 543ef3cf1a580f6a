import { setImmediate as turn } from "node:timers/promises";
import { type Kysely, sql } from "kysely";
import type { Tables } from "../tables.ts";
import { type Pairs, prepareReuse } from "../writer/reuse-statements.ts";
import type { Writer } from "../writer/writer.ts";
import type { TakeOver } from "./dispatch-repository.ts";

/** Pairs in one commit: a few milliseconds on the event loop. */
const PAIRS_PER_COMMIT = 500;

interface Place {
  readonly lattice: number;
  readonly firstElectron: number;
}

/** Gives nodes of a dispatch that is being registered what nodes of an earlier one have. Bytes stay where they are. */
export async function takeOver(
  { db, writer }: { readonly db: Kysely<Tables>; readonly writer: Writer },
  place: Place,
  { from, pairs, results, makings }: TakeOver,
): Promise<{ readonly reused: number }> {
  const old = await placeOf(db, from);
  if (old === undefined) return { reused: 0 };
  const statements = prepareReuse(db);
  if (makings) {
    const own = statements.latticeAssets({ old: old.lattice, lattice: place.lattice });
    await writer.write({ statements: [own], events: [] });
  }
  for (let at = 0; at < pairs.length; at += PAIRS_PER_COMMIT) {
    const rows: Pairs = pairs
      .slice(at, at + PAIRS_PER_COMMIT)
      .map(([node, other]) => [place.firstElectron + node, old.firstElectron + other]);
    const slice = [
      ...(makings ? [statements.makings(rows)] : []),
      ...(results ? [statements.await(rows), statements.results(rows)] : []),
    ];
    await writer.write({ statements: slice, events: [] });
    await turn();
  }
  return { reused: await countWaiting(db, place.lattice) };
}

/** Nodes that are counted in one query. */
const COUNTED = 5_000;

/** How many nodes of a dispatch wait to take over their result. */
export async function countWaiting(db: Kysely<Tables>, lattice: number): Promise<number> {
  let count = 0;
  for (let from = 0; ; from += COUNTED) {
    const { nodes, waiting } = await db
      .selectFrom("electrons")
      .select((eb) => [
        eb.fn.countAll<number>().as("nodes"),
        sql<number>`count(*) filter (where status = 'PENDING_REUSE')`.as("waiting"),
      ])
      .where("parent_lattice_id", "=", lattice)
      .where("transport_graph_node_id", ">=", from)
      .where("transport_graph_node_id", "<", from + COUNTED)
      .executeTakeFirstOrThrow();
    count += waiting;
    if (nodes < COUNTED) return count;
    await turn();
  }
}

/** The keys of a dispatch's electrons follow one another; only those of the original's need not. */
async function placeOf(db: Kysely<Tables>, dispatchId: string): Promise<Place | undefined> {
  const row = await db
    .selectFrom("lattices")
    .select(["id", "first_electron_id"])
    .where("dispatch_id", "=", dispatchId)
    .where("registering", "is", null)
    .executeTakeFirst();
  if (row === undefined || row.first_electron_id === null) return undefined;
  return { lattice: row.id, firstElectron: row.first_electron_id };
}
