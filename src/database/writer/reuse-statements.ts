import { type Kysely, sql } from "kysely";
import type { Tables } from "../tables.ts";
import { HAS_RESULT, MADE_BY_RUNS, TAKEN_OVER } from "./copy-statements.ts";
import { prepare } from "./prepare.ts";
import type { Statement } from "./unit.ts";

/** The statements by which nodes of a dispatch that is being registered have what nodes of an earlier one have. */
export interface ReuseStatements {
  /** The nodes wait to take over the results of the others, where these have one. */
  await(pairs: Pairs): Statement;
  /** Gives those that wait the other's output and logs. */
  results(pairs: Pairs): Statement;
  /** Gives the nodes what the others were made of, as far as its bytes are there, in place of their own. */
  makings(pairs: Pairs): Statement;
  /** The same for assets of dispatches with one digest. */
  latticeAssets(values: { readonly old: number; readonly lattice: number }): Statement;
}

/** Rows of electrons: the new node's and the old one's. */
export type Pairs = readonly (readonly [node: number, old: number])[];

/** Assets whose bytes are there. */
const PRESENT = sql.raw("asset.storage_type <> 'pending'");

export function prepareReuse(db: Kysely<Tables>): ReuseStatements {
  const pairs = (compiled: (values: { readonly pairs: string }) => Statement) => (given: Pairs) =>
    compiled({ pairs: JSON.stringify(given) });
  const from = (list: ReturnType<typeof sql>) =>
    sql`(select value ->> 0 as new_id, value ->> 1 as old_id from json_each(${list})) as pair`;
  return {
    await: pairs(
      prepare((value) => ({
        compile: () =>
          sql`update electrons set status = 'PENDING_REUSE' where id in (select pair.new_id from ${from(value("pairs"))}
            join electrons as node on node.id = pair.old_id where ${HAS_RESULT})`.compile(db),
      })),
    ),
    results: pairs(
      prepare((value) => ({
        compile: () =>
          sql`insert into electron_assets (meta_id, asset_id, key)
            select pair.new_id, link.asset_id, link.key from ${from(value("pairs"))}
            join electrons as node on node.id = pair.new_id and node.status = 'PENDING_REUSE'
            join electron_assets as link on link.meta_id = pair.old_id and link.key in (${TAKEN_OVER})
            where not exists (select 1 from electron_assets as own where own.meta_id = pair.new_id and own.key = link.key)`.compile(
            db,
          ),
      })),
    ),
    makings: pairs(
      prepare((value) => ({
        compile: () =>
          sql`update electron_assets set asset_id = link.asset_id from ${from(value("pairs"))}
            join electron_assets as link on link.meta_id = pair.old_id join assets as asset on asset.id = link.asset_id
            join electrons as node on node.id = pair.old_id
            where electron_assets.meta_id = pair.new_id and electron_assets.key = link.key
              and (link.key not in (${MADE_BY_RUNS}) or (link.key = 'output' and node.type = 'parameter'))
              and ${PRESENT}`.compile(db),
      })),
    ),
    latticeAssets: prepare<{ old: number; lattice: number }>((value) => ({
      compile: () =>
        sql`update lattice_assets set asset_id = link.asset_id from lattice_assets as link
          join assets as asset on asset.id = link.asset_id
          where lattice_assets.meta_id = ${value("lattice")} and link.meta_id = ${value("old")}
            and lattice_assets.key = link.key and link.key not in ('result', 'error') and ${PRESENT}
            and coalesce(asset.digest, asset.content_digest) = (select coalesce(own.digest, own.content_digest) from assets as own where own.id = lattice_assets.asset_id)`.compile(
          db,
        ),
    })),
  };
}
