import { resolve } from "node:path";
import type { Kysely } from "kysely";
import { CovalentError } from "../model/errors.ts";
import { type Checkpoints, createCheckpoints } from "./dialects/sqlite/checkpoints.ts";
import {
  createPrivateFile,
  type Durability,
  openForMigration,
  openReader,
  openWriter,
} from "./dialects/sqlite/connection.ts";
import { faultKind, messageOf } from "./dialects/sqlite/fault.ts";
import { kyselyOn } from "./dialects/sqlite/kysely.ts";
import { kyselyOnThread } from "./dialects/sqlite/kysely-on-thread.ts";
import { DatabaseThread } from "./dialects/sqlite/thread.ts";
import { groupRunner } from "./dialects/sqlite/transaction.ts";
import type { EventLog, Journal } from "./journal.ts";
import { HEAD } from "./migration/history.ts";
import { planMigration } from "./migration/plan.ts";
import { runGroup } from "./migration/run-group.ts";
import { checkFile } from "./open-check.ts";
import type { ArchiveRepository } from "./repositories/archive-repository.ts";
import { createArchiveRepository } from "./repositories/archives.ts";
import { AssetGuard } from "./repositories/asset-collection.ts";
import type { AssetRepository } from "./repositories/asset-repository.ts";
import { type CacheRepository, createCacheRepository } from "./repositories/cache-entries.ts";
import { createDashboardRepository } from "./repositories/dashboard.ts";
import type { DashboardRepository } from "./repositories/dashboard-repository.ts";
import type { DispatchRepository } from "./repositories/dispatch-repository.ts";
import { removeUnfinished } from "./repositories/remove-dispatch.ts";
import { createAssetRepository } from "./repositories/stored-assets.ts";
import { createDispatchRepository } from "./repositories/stored-dispatches.ts";
import { createTriggerRepository } from "./repositories/stored-triggers.ts";
import { createTrashRepository } from "./repositories/trash.ts";
import type { TrashRepository } from "./repositories/trash-repository.ts";
import type { TriggerRepository } from "./repositories/trigger-repository.ts";
import type { Tables } from "./tables.ts";
import { openEventLog, type StoredEventLog } from "./writer/event-log.ts";
import { createIds } from "./writer/ids.ts";
import { createJournal } from "./writer/stored-journal.ts";
import type { RunGroup } from "./writer/unit.ts";
import { createWriter, type Writer } from "./writer/writer.ts";

/**
 * The database: where dispatches, their graphs, attempts, small payloads and events are kept.
 *
 * One process has it open for writing. All changes go through one writer, which groups them into transactions; a promise that
 * has resolved survives `kill -9`, under durability "power" also a power cut. Reading never waits for writing. The schema comes
 * from `revisions/` and from nowhere else.
 */
export interface Database {
  readonly journal: Journal;
  readonly events: EventLog;
  readonly dispatches: DispatchRepository;
  readonly assets: AssetRepository;
  readonly cache: CacheRepository;
  /** Dispatches as records, to be exported and imported. */
  readonly archives: ArchiveRepository;
  /** The file. */
  readonly path: string;
  readonly triggers: TriggerRepository;
  readonly dashboard: DashboardRepository;
  /** Deleted dispatches, and removing them for good. */
  readonly trash: TrashRepository;
  /** The revision of its schema: head. */
  readonly revision: string;
  /** Why nothing can be written at the moment (locked by another program, full disk); `undefined` when it can. */
  readonly stalled: string | undefined;
  /** Writes what was asked for, then lets go of the file. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly path: string;
  readonly durability: Durability;
  /** How many events are kept for those who come back; 100,000 unless told. */
  readonly eventsKept?: number;
  /** Told when writing has been impossible for a second, with the reason, and with `undefined` when it goes on. */
  readonly onStall?: (reason: string | undefined) => void;
}

/**
 * Opens the database in a file. A file that is absent or empty gets the schema; any other must be at head and have its structure, and
 * is not touched when it is not.
 *
 * @throws {CovalentError} see {@link checkFile}
 * @example
 * const database = await openDatabase({ path: "/tmp/runs.sqlite", durability: "process" });
 * await database.close();
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const path = resolve(options.path);
  try {
    if ((await checkFile(path)) === "empty") createSchema(path);
    return await connect({ ...options, path });
  } catch (error) {
    if (error instanceof CovalentError) throw error;
    if (faultKind(error) === "busy") throw new CovalentError("DATABASE_BUSY", { path }, { cause: error });
    const advice = "Check the file, its directory and their permissions.";
    throw new CovalentError(
      "DATABASE_UNUSABLE",
      { path, reason: messageOf(error), advice },
      { cause: error },
    );
  }
}

/** If the process dies in here the file is still empty: from nothing to head is one transaction. */
function createSchema(path: string): void {
  createPrivateFile(path);
  const connection = openForMigration(path);
  try {
    connection.exec("PRAGMA journal_mode = WAL");
    // IMMEDIATE takes the write lock now, so that nothing that is read inside can change before it is written.
    connection.exec("BEGIN IMMEDIATE");
    runGroup(connection, planMigration({ revision: null, to: HEAD }), 0, { onViolation: "refuse" });
    connection.exec("COMMIT");
  } finally {
    connection.close();
  }
}

async function connect(options: DatabaseOptions): Promise<Database> {
  const { path, durability } = options;
  const open = new AsyncDisposableStack();
  try {
    // Undone in reverse: the reader closes before the writer, so that the last one out can fold the log into the file.
    const run = commitPlace(path, durability, open);
    const checkpointing = open.adopt(new DatabaseThread({ path, durability }), (thread) => thread.close());
    const reading = open.adopt(new DatabaseThread({ path, durability }), (thread) => thread.close());
    const bulk = kyselyOnThread(reading);
    const db = kyselyOn(open.adopt(openReader(path), (reader) => reader.close()));
    const { writer, log } = await connectWriter(db, run, createCheckpoints(path, checkpointing), options);
    open.defer(() => writer.close());
    await removeUnfinished(db, writer);
    const ids = await createIds(db);
    const guard = new AssetGuard();
    return {
      journal: createJournal({ db, writer, ids }),
      events: log,
      dispatches: createDispatchRepository({ db, bulk, writer, ids, latestEvent: () => log.latest }),
      assets: createAssetRepository({ db, writer, ids, guard }),
      cache: createCacheRepository({ db, writer }),
      archives: createArchiveRepository({ db, writer, ids }),
      triggers: createTriggerRepository({ db, writer }),
      dashboard: createDashboardRepository({ db: bulk, writer }),
      trash: createTrashRepository({ db, writer, guard, path, vacuum: () => checkpointing.vacuum() }),
      path,
      revision: HEAD,
      get stalled() {
        return writer.stalled;
      },
      close: () => open.disposeAsync(),
    };
  } catch (error) {
    await open.disposeAsync();
    throw error;
  }
}

/** The writer publishes to the event log, and the event log trims itself through the writer. */
async function connectWriter(
  db: Kysely<Tables>,
  run: RunGroup,
  { afterCommit }: Checkpoints,
  { path, eventsKept: kept, onStall }: DatabaseOptions,
): Promise<{ writer: Writer; log: StoredEventLog }> {
  const log: StoredEventLog = await openEventLog({
    db,
    // Old events that cannot be removed now are removed the next time.
    trim: (unit) => void writer.write(unit).catch(() => undefined),
    ...(kept === undefined ? {} : { kept }),
  });
  const writer = createWriter({
    path,
    run,
    afterCommit,
    publish: log.publish,
    ...(onStall === undefined ? {} : { onStall }),
  });
  return { writer, log };
}

/** Where transactions run: on the event loop when they do not wait for the disk, else in a thread. */
function commitPlace(path: string, durability: Durability, open: AsyncDisposableStack): RunGroup {
  if (durability === "process") {
    return groupRunner(open.adopt(openWriter(path, durability), (connection) => connection.close()));
  }
  const thread = open.adopt(new DatabaseThread({ path, durability }), (owned) => owned.close());
  return (units) => thread.commit(units);
}
