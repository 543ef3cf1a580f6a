import { setImmediate as turn } from "node:timers/promises";
import type { Kysely, Selectable } from "kysely";
import { CovalentError } from "../../model/errors.ts";
import type { LatticeRow, Tables } from "../tables.ts";
import { toDatetime } from "../times.ts";
import { type CopyStatements, prepareCopy } from "../writer/copy-statements.ts";
import { prepareRegistration, type RegistrationStatements } from "../writer/registration-statements.ts";
import type { Statement } from "../writer/unit.ts";
import type { Writer } from "../writer/writer.ts";
import type { DispatchRepository, Repetition } from "./dispatch-repository.ts";
import { makeVisible, type RegistrationOptions } from "./registration.ts";
import { removeDispatch } from "./remove-dispatch.ts";
import { takeNothingOver } from "./run-again.ts";
import { countWaiting } from "./take-over.ts";

/** Rows in one commit: a few milliseconds on the event loop. */
const NODES_PER_COMMIT = 500;
const EDGES_PER_COMMIT = 2_000;

type OldRow = Selectable<LatticeRow> & {
  readonly first_electron_id: number;
  readonly first_link_id: number;
};

/** Where the rows of the new dispatch go. */
interface Place {
  readonly row: LatticeRow;
  readonly firstElectron: number;
  readonly firstJob: number;
  readonly firstLink: number;
  readonly edges: number;
}

/** Stores dispatches that repeat others: see {@link DispatchRepository.repeat}. */
export function createRepetitions(options: RegistrationOptions): DispatchRepository["repeat"] {
  const { db, writer } = options;
  const registration = prepareRegistration(db);
  const copy = prepareCopy(db);
  return async (repetition) => {
    const old = await repeatable(db, repetition.of);
    const place = await reserve(options, old, repetition);
    try {
      await copyAll({ writer, registration, copy }, old, place, repetition.reuse);
      // Where it is being removed for good by now, what was copied may lack something.
      await repeatable(db, repetition.of);
      // Nobody sees it before this, and what is left of it after a crash is removed.
      if (repetition.fromNode !== undefined)
        await takeNothingOver({ db, writer }, place.row, repetition.fromNode);
      const visible = await makeVisible(writer, registration, place.row.id);
      if (visible) return { reused: await countWaiting(db, place.row.id) };
    } catch (error) {
      await removeDispatch(db, writer, place.row.id);
      throw error;
    }
    await removeDispatch(db, writer, place.row.id);
    return undefined;
  };
}

/** @throws {CovalentError} `DISPATCH_NOT_FOUND`, `DISPATCH_OF_ORIGINAL` */
async function repeatable(db: Kysely<Tables>, dispatchId: string): Promise<OldRow> {
  const row = await db
    .selectFrom("lattices")
    .selectAll()
    .where("dispatch_id", "=", dispatchId)
    .where("registering", "is", null)
    .executeTakeFirst();
  if (row === undefined) throw new CovalentError("DISPATCH_NOT_FOUND", { dispatchId });
  const { first_electron_id, first_link_id } = row;
  if (first_electron_id === null || first_link_id === null)
    throw new CovalentError("DISPATCH_OF_ORIGINAL", { dispatchId, status: row.status });
  return { ...row, first_electron_id, first_link_id };
}

async function reserve(
  { db, ids }: RegistrationOptions,
  old: OldRow,
  repetition: Repetition,
): Promise<Place> {
  const edges = await countEdges(db, old);
  const firstElectron = ids.reserve("electrons", old.electron_num);
  const firstLink = ids.reserve("electron_dependency", edges);
  const at = toDatetime(Date.now());
  const row: LatticeRow = {
    ...old,
    id: ids.reserve("lattices", 1),
    dispatch_id: repetition.dispatchId,
    root_dispatch_id: repetition.dispatchId,
    electron_id: null,
    status: "NEW_OBJECT",
    completed_electron_num: 0,
    is_active: 0,
    created_at: at,
    updated_at: at,
    started_at: null,
    completed_at: null,
    reason: null,
    first_electron_id: firstElectron,
    first_link_id: firstLink,
    registering: 1,
    cancel_requested: null,
    paused: null,
    priority: repetition.priority ?? old.priority,
    deadline_ms: repetition.deadlineMs ?? old.deadline_ms,
    idempotency_key: repetition.idempotencyKey ?? null,
    redispatch_of: repetition.of,
  };
  return { row, firstElectron, firstJob: ids.reserve("jobs", old.electron_num), firstLink, edges };
}

/** Edges of a dispatch have consecutive keys; behind the last one come those of another. */
async function countEdges(db: Kysely<Tables>, old: OldRow): Promise<number> {
  const { first_electron_id: first, electron_num } = old;
  for (let count = 0; ; ) {
    const from = old.first_link_id + count;
    const { found } = await db
      .selectFrom("electron_dependency")
      .select((eb) => eb.fn.countAll<number>().as("found"))
      .where("id", ">=", from)
      .where("id", "<", from + EDGES_PER_COMMIT)
      .where("electron_id", ">=", first)
      .where("electron_id", "<", first + electron_num)
      .executeTakeFirstOrThrow();
    count += found;
    if (found < EDGES_PER_COMMIT) return count;
    await turn();
  }
}

interface Writing {
  readonly writer: Writer;
  readonly registration: RegistrationStatements;
  readonly copy: CopyStatements;
}

async function copyAll(
  { writer, registration, copy }: Writing,
  old: OldRow,
  place: Place,
  reuse: boolean,
): Promise<void> {
  const write = (...statements: Statement[]) => writer.write({ statements, events: [] });
  const { row, firstElectron, firstJob } = place;
  const owners = { old: old.id, lattice: row.id };
  const at = row.created_at;
  await write(registration.lattice(row), copy.latticeAssets(owners), copy.bundles(owners));
  const endNode = old.first_electron_id + old.electron_num;
  const shift = firstElectron - old.first_electron_id;
  for (const range of slices(old.first_electron_id, endNode, NODES_PER_COMMIT)) {
    const nodes = { ...range, shift, firstJob, lattice: row.id, at, reuse: reuse ? 1 : 0 };
    await write(copy.jobs(nodes), copy.electrons(nodes), copy.electronAssets(nodes));
    await turn();
  }
  const edges = { shift: place.firstLink - old.first_link_id, nodeShift: shift, at };
  for (const range of slices(old.first_link_id, old.first_link_id + place.edges, EDGES_PER_COMMIT)) {
    await write(copy.edges({ ...range, ...edges, firstNode: old.first_electron_id, endNode }));
    await turn();
  }
}

function* slices(from: number, end: number, size: number) {
  for (let at = from; at < end; at += size) yield { from: at, to: Math.min(at + size, end) };
}
