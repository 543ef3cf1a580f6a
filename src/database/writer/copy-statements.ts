import { type Kysely, sql } from "kysely";
import type { Tables } from "../tables.ts";
import { prepare } from "./prepare.ts";
import type { Statement } from "./unit.ts";

/** The statements that store a dispatch with the graph of another one. Assets are named again, never copied. */
export interface CopyStatements {
  /** The dispatch's own assets, but for what its run made of them. */
  latticeAssets(values: Owners): Statement;
  bundles(values: Owners): Statement;
  jobs(values: CopyRange & { readonly firstJob: number }): Statement;
  electrons(values: NodeCopy): Statement;
  /** What nodes are made of; for those that take over their result that, too, with its logs. */
  electronAssets(values: CopyRange): Statement;
  edges(values: EdgeCopy): Statement;
}

/** Rows of `lattices`. */
interface Owners {
  readonly old: number;
  readonly lattice: number;
}

/** Keys from `from` up to `to`, which become those that are `shift` higher. */
interface CopyRange {
  readonly from: number;
  readonly to: number;
  readonly shift: number;
}

interface NodeCopy extends CopyRange {
  readonly lattice: number;
  readonly firstJob: number;
  /** A DATETIME text. */
  readonly at: string;
  /** 1: completed nodes take over their results. */
  readonly reuse: number;
}

interface EdgeCopy extends CopyRange {
  readonly nodeShift: number;
  /** Keys of the old dispatch's electrons: behind its edges come those of others. */
  readonly firstNode: number;
  readonly endNode: number;
  readonly at: string;
}

/** What a run makes of a node; logs of single attempts (`stdout:2`) as well. */
export const MADE_BY_RUNS = sql.raw("'output', 'error', 'stdout', 'stderr', 'sublattice_manifest'");
/** What is taken over of a completed node. */
export const TAKEN_OVER = sql.raw("'output', 'stdout', 'stderr'");

/**
 * True for a completed node whose result others can have. Structural nodes of our own graphs make no attempts: they are put together
 * again. In the original's they are functions like any other.
 */
export const HAS_RESULT = sql.raw(`node.status = 'COMPLETED'
  and (node.type in ('function', 'sublattice')
    or (select language from lattices where lattices.id = node.parent_lattice_id) is not 'typescript')
  and exists (select 1 from electron_assets as link join assets as asset on asset.id = link.asset_id
    where link.meta_id = node.id and link.key = 'output' and asset.content_digest is not null)`);

export function prepareCopy(db: Kysely<Tables>): CopyStatements {
  return {
    latticeAssets: prepare<Owners>((value) => ({
      compile: () =>
        sql`insert into lattice_assets (meta_id, asset_id, key)
          select ${value("lattice")}, asset_id, key from lattice_assets
          where meta_id = ${value("old")} and key not in ('result', 'error') order by id`.compile(db),
    })),
    bundles: prepare<Owners>((value) => ({
      compile: () =>
        sql`insert into bundles (lattice_id, digest, size, externals)
          select ${value("lattice")}, digest, size, externals from bundles where lattice_id = ${value("old")}`.compile(
          db,
        ),
    })),
    jobs: prepare<CopyRange & { firstJob: number }>((value) => ({
      compile: () =>
        sql`insert or ignore into jobs (id, cancel_requested, job_handle, status)
          select ${value("firstJob")} + task_group_id, 0, 'null', 'NEW_OBJECT' from electrons
          where id >= ${value("from")} and id < ${value("to")}`.compile(db),
    })),
    electrons: prepareElectrons(db),
    electronAssets: prepareElectronAssets(db),
    edges: prepareEdges(db),
  };
}

function prepareElectrons(db: Kysely<Tables>) {
  return prepare<NodeCopy>((value) => ({
    compile: () =>
      sql`insert into electrons (id, parent_lattice_id, transport_graph_node_id, task_group_id, type, name, status,
          is_active, job_id, created_at, updated_at, executor, executor_data, electron, bundle, options, key, code_digest)
        select ${value("shift")} + id, ${value("lattice")}, transport_graph_node_id, task_group_id, type, name,
          case when ${value("reuse")} = 1 and ${HAS_RESULT} then 'PENDING_REUSE' else 'NEW_OBJECT' end,
          1, ${value("firstJob")} + task_group_id, ${value("at")}, ${value("at")},
          executor, executor_data, electron, bundle, options, key, code_digest
        from electrons as node where id >= ${value("from")} and id < ${value("to")} order by id`.compile(db),
  }));
}

function prepareElectronAssets(db: Kysely<Tables>) {
  return prepare<CopyRange>((value) => ({
    compile: () =>
      sql`insert into electron_assets (meta_id, asset_id, key)
        select copy.id, link.asset_id, link.key from electron_assets as link
        join electrons as copy on copy.id = ${value("shift")} + link.meta_id
        where link.meta_id >= ${value("from")} and link.meta_id < ${value("to")}
          and ((link.key not in (${MADE_BY_RUNS}) and link.key not like '%:%')
            or (copy.type = 'parameter' and link.key = 'output')
            or (copy.status = 'PENDING_REUSE' and link.key in (${TAKEN_OVER})))
        order by link.id`.compile(db),
  }));
}

function prepareEdges(db: Kysely<Tables>) {
  return prepare<EdgeCopy>((value) => ({
    compile: () =>
      sql`insert into electron_dependency
          (id, electron_id, parent_electron_id, edge_name, parameter_type, arg_index, is_active, created_at)
        select ${value("shift")} + id, ${value("nodeShift")} + electron_id, ${value("nodeShift")} + parent_electron_id,
          edge_name, parameter_type, arg_index, 1, ${value("at")}
        from electron_dependency where id >= ${value("from")} and id < ${value("to")}
          and electron_id >= ${value("firstNode")} and electron_id < ${value("endNode")} order by id`.compile(
        db,
      ),
  }));
}
