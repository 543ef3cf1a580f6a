import { statfsSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import type { MigrationPlan, StepGroup } from "../migration/plan.ts";
import { nearestDirectory } from "./refusals.ts";

/**
 * How much room a migration needs besides the file, at its peak, told from the plan before anything is begun.
 *
 * A rebuilt table exists twice for a while; each `*_filename` becomes an asset with its link and its index entries; the log or
 * journal holds what a transaction changes; the rehearsal is a copy of its own, gone before that, and the backup is made beside it. The estimate is
 * on the high side, but of the right order: a disk that fills up half-way costs time, not data.
 */
export interface SpaceEstimate {
  /** Bytes of the database as it is. */
  readonly size: number;
  /** Bytes by which it is larger at its peak. */
  readonly growth: number;
  /** Bytes of the log or journal of the largest transaction. */
  readonly log: number;
  /** Bytes that must be free: the rehearsal's peak or the real one, whichever is higher, and something to spare. */
  readonly needed: number;
}

type Reader = Pick<DatabaseSync, "prepare">;

/** An asset, its link and their index entries, without path and name. */
const BYTES_PER_ASSET = 100;
/** A rebuilt table has columns that the old one had not. */
const REBUILT = 1.15;
/** An index on some of a table's columns, compared with the table. */
const INDEX = 0.3;
/** SQLite folds a log of 1,000 pages into the file. */
const LOG_KEPT = 1_000 * 4_096;
const SPARE = 1.1;

/** Bytes free on the disk of a directory, which need not be there yet, for this user. */
export function availableBytes(directory: string): number {
  const { bavail, bsize } = statfsSync(nearestDirectory(directory));
  return bavail * bsize;
}

export function estimateSpace(
  reader: Reader,
  plan: MigrationPlan,
  { isWal, withBackup }: { readonly isWal: boolean; readonly withBackup: boolean },
): SpaceEstimate {
  const pageSize = pragma(reader, "page_size");
  const size = pragma(reader, "page_count") * pageSize;
  const tables = bytesByTable(reader);
  const work = plan.groups.map((group) => workOf(group, tables, pageSize));
  // Several revisions make assets of a table's files, but each file becomes one only once.
  const assets = total(
    [...new Set(work.flatMap(({ files }) => files))].map((name) => bytesOfAssets(reader, name)),
  );
  const growth =
    largest(work, ({ largestCopy }) => largestCopy) + total(work.map(({ added }) => added)) + assets;
  const written = largest(work, (group) => group.written) + assets;
  // A rollback journal holds old pages only, so never more than there were; a log holds every page that is new, of all
  // transactions until it is long enough to be worth folding in.
  const log = isWal
    ? written + Math.min(LOG_KEPT, total(work.map((group) => group.written)))
    : Math.min(written, size);
  const real = growth + log;
  const rehearsal = size + growth + largest(work, ({ sorted }) => sorted);
  const peak = Math.max(real, rehearsal) + (withBackup ? size : 0);
  const needed = plan.steps.length === 0 ? 0 : Math.ceil(peak * SPARE);
  return { size, growth, log, needed };
}

/** Bytes, but for `files`. */
interface Work {
  readonly written: number;
  /** Of the largest table that exists twice for a while. */
  readonly largestCopy: number;
  /** Of new tables and indexes. */
  readonly added: number;
  /** What is sorted for new indexes. */
  readonly sorted: number;
  /** The tables whose files become assets. */
  readonly files: readonly string[];
}

function workOf(group: StepGroup, tables: ReadonlyMap<string, number>, pageSize: number): Work {
  const operations = group.steps.flatMap((step) => step.revision[step.direction]);
  const of = (kind: string): number[] =>
    operations.flatMap((operation) =>
      operation.kind === kind && "table" in operation && typeof operation.table === "string"
        ? [tables.get(operation.table) ?? 0]
        : [],
    );
  const copies = of("alter-table").map((bytes) => bytes * REBUILT);
  const sorted = total(of("create-index")) * INDEX;
  // Whatever is made or changed has a page of its own, however little there is in it, and another for what points to it.
  const added = sorted + 2 * pageSize * operations.length;
  return {
    written: total(copies) + added + sorted,
    largestCopy: Math.max(0, ...copies),
    added,
    sorted,
    files: operations.flatMap((operation) => (operation.kind === "rows" ? [operation.table] : [])),
  };
}

function largest(work: readonly Work[], bytes: (work: Work) => number): number {
  return Math.max(0, ...work.map(bytes));
}

/** What the files named in a table's rows need as assets. */
function bytesOfAssets(reader: Reader, table: string): number {
  const names = reader
    .prepare("SELECT name FROM pragma_table_info(?) WHERE name LIKE '%\\_filename' ESCAPE '\\'")
    .all(table)
    .map(({ name }) => `"${String(name).replaceAll('"', '""')}"`);
  if (names.length === 0) return 0;
  const lengths = names.map(
    (name) =>
      `coalesce(${BYTES_PER_ASSET} + octet_length(${name}) + coalesce(octet_length("storage_path"), 0), 0)`,
  );
  const row = reader.prepare(`SELECT total(${lengths.join(" + ")}) AS bytes FROM "${table}"`).get();
  return Number(row?.bytes ?? 0);
}

function bytesByTable(reader: Reader): Map<string, number> {
  const rows = reader
    .prepare(
      `SELECT lower(s.tbl_name) AS name, sum(d.pgsize) AS bytes FROM dbstat d JOIN sqlite_schema s ON s.name = d.name
       WHERE d.aggregate = TRUE GROUP BY 1`,
    )
    .all();
  return new Map(rows.map(({ name, bytes }) => [String(name), Number(bytes)]));
}

function pragma(reader: Reader, name: "page_count" | "page_size"): number {
  return Number(reader.prepare(`PRAGMA ${name}`).get()?.[name] ?? 0);
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
