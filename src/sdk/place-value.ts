import { atUserLine } from "../definition/user-line.ts";
import { CovalentError } from "../model/errors.ts";
import { type SerializedPayload, serialize } from "../serialization/serialize.ts";
import { type HandleState, handleState } from "./handle.ts";
import { anyHandleIn, findHandles } from "./handle-search.ts";
import { shortText } from "./parameter-text.ts";
import type { TraceSession } from "./trace-session.ts";

/** Lists and objects that hold handles, inside one another. */
const MAX_DEPTH = 500;

/** Who is given a value: for messages. */
export interface Consumer {
  /** `electron fit`, `wait()`, `lattice select-model`. */
  readonly name: string;
  /** The function that user code called; absent where it called none (a lattice's return value). */
  readonly boundary?: (...args: never[]) => unknown;
}

/** The placing of one value that holds handles. */
interface Placement {
  readonly session: TraceSession;
  readonly consumer: Consumer;
  readonly carriers: ReadonlySet<object>;
  /** Containers by their nodes: one that occurs twice is one node. */
  readonly placed: Map<object, number>;
  /** Containers that are being placed, from the outermost in. */
  readonly open: Set<object>;
}

/**
 * Puts a value into the graph and returns the id of the node that gives it. What holds no handle is one parameter, a handle is
 * the node it stands for, and arrays and plain objects that hold handles become list and dict nodes.
 *
 * @param path what the value is called, e.g. the name of a parameter
 * @throws {CovalentError} `HANDLE_OUTSIDE_LATTICE`, `HIDDEN_HANDLE` or `CYCLIC_STRUCTURE`
 */
export function placeValue(session: TraceSession, value: unknown, path: string, consumer: Consumer): number {
  const handle = handleState(value);
  if (handle !== undefined) return placeHandle(session, handle, consumer);
  if (typeof value !== "object" || value === null || !holdsHandle(value, path, consumer)) {
    return placeParameter(session, value, path, consumer);
  }
  const { carriers, hidden } = findHandles(value, path);
  if (hidden !== undefined) {
    const { handle: inside, container, path: at } = hidden;
    throw new CovalentError("HIDDEN_HANDLE", {
      consumer: consumer.name,
      electron: inside.electron,
      container,
      path: at,
      where: whereOf(consumer),
    });
  }
  return placePart({ session, consumer, carriers, placed: new Map(), open: new Set() }, value, path);
}

/** Looking into a value runs its getters, and these may throw. */
function holdsHandle(value: object, path: string, consumer: Consumer): boolean {
  try {
    return anyHandleIn(value) !== undefined;
  } catch (error) {
    if (error instanceof CovalentError) throw error;
    const reason = `reading it failed (${String(error)}); it was given to ${consumer.name}${whereOf(consumer)}`;
    const advice = "Pass plain data, without getters that throw.";
    throw new CovalentError("UNSERIALIZABLE", { what: path, path: "", reason, advice }, { cause: error });
  }
}

/** ` at <file>:<line>:<column>` of the user's call, or nothing. */
function whereOf({ boundary }: Consumer): string {
  return boundary === undefined ? "" : atUserLine(boundary);
}

/** The node of a handle, which must belong to this run of the lattice. */
export function placeHandle(session: TraceSession, handle: HandleState, consumer: Consumer): number {
  if (handle.home !== session) throw strangeHandle(handle, consumer);
  return handle.node();
}

/** The error for a handle of another run. */
export function strangeHandle({ home, electron }: HandleState, consumer: Consumer): CovalentError {
  const origin = home.open
    ? `another run, of lattice ${home.lattice}`
    : `lattice ${home.lattice}, which has returned`;
  return new CovalentError("HANDLE_OUTSIDE_LATTICE", {
    consumer: consumer.name,
    electron,
    origin,
    where: whereOf(consumer),
  });
}

function placePart(placement: Placement, value: unknown, path: string): number {
  const { session, consumer, carriers, placed, open } = placement;
  const handle = handleState(value);
  if (handle !== undefined) return placeHandle(session, handle, consumer);
  if (typeof value !== "object" || value === null || !carriers.has(value)) {
    return placeParameter(session, value, path, consumer);
  }
  const known = placed.get(value);
  if (known !== undefined) return known;
  if (open.has(value)) {
    throw new CovalentError("CYCLIC_STRUCTURE", { consumer: consumer.name, path, where: whereOf(consumer) });
  }
  if (open.size >= MAX_DEPTH) {
    const reason = `it is nested more than ${MAX_DEPTH} levels deep; it was given to ${consumer.name}${whereOf(consumer)}`;
    throw new CovalentError("UNSERIALIZABLE", {
      what: `${path.slice(0, 100)}...`,
      path,
      reason,
      advice: "Flatten it.",
    });
  }
  open.add(value);
  const node = Array.isArray(value) ? placeList(placement, value, path) : placeDict(placement, value, path);
  open.delete(value);
  placed.set(value, node);
  return node;
}

/** Parts come before what holds them, so that ids rise along the edges. */
function placeList(placement: Placement, list: readonly unknown[], path: string): number {
  const { session } = placement;
  // Array.from, since map() would skip the holes of a sparse array.
  const items = Array.from(list, (item, index) => placePart(placement, item, `${path}[${index}]`));
  const node = session.addNode({ type: "electron_list", name: ":electron_list:" });
  for (const [index, item] of items.entries()) session.addArgument(item, node, String(index), index);
  return node;
}

function placeDict(placement: Placement, dict: object, path: string): number {
  const { session } = placement;
  const entries = Object.entries(dict).map(
    ([key, value]) => [key, placePart(placement, value, `${path}.${key}`)] as const,
  );
  const node = session.addNode({ type: "electron_dict", name: ":electron_dict:" });
  for (const [key, item] of entries) session.addEntry(item, node, key);
  return node;
}

/**
 * An object is serialised here and now: the lattice may change it before the next call (`options.rate = 2`), and what cannot be
 * serialised is reported where it was passed.
 */
function placeParameter(session: TraceSession, value: unknown, path: string, consumer: Consumer): number {
  const node = { type: "parameter", name: `:parameter:${shortText(value)}`, value } as const;
  const primitive = value === null || (typeof value !== "object" && typeof value !== "function");
  return session.addNode(primitive ? node : { ...node, payload: serializeArgument(value, path, consumer) });
}

function serializeArgument(value: unknown, path: string, consumer: Consumer): SerializedPayload {
  try {
    return serialize(value);
  } catch (error) {
    if (!(error instanceof CovalentError) || error.code !== "UNSERIALIZABLE") throw error;
    const reason = `${error.details.reason}; it was given to ${consumer.name}${whereOf(consumer)}`;
    const what = `${path}${error.details.path}`;
    throw new CovalentError("UNSERIALIZABLE", { ...error.details, what, reason }, { cause: error });
  }
}
