import { endianness } from "node:os";
import { CovalentError } from "../model/errors.ts";
import type { StoredView } from "./envelope.ts";

/**
 * Collects the binary parts of one value while it is walked.
 *
 * What is stored of an ArrayBuffer is what can be seen of it: all of it when the value holds the ArrayBuffer itself, else the
 * bytes under its views, packed, so that a view on a large pool costs (and reveals) only its own bytes. Views on one
 * ArrayBuffer share one part, so they share memory again when they are read. A Node Buffer is always a part of its own:
 * whether two Buffers lie in the same pool is an accident and must not change the bytes of a value.
 */
export interface BinaryWriter {
  /** Takes an ArrayBuffer or a view and gives the number, from 1, by which the text refers to it. */
  add(value: ArrayBuffer | ArrayBufferView): number;
  finish(): { readonly parts: readonly Uint8Array[]; readonly views: readonly StoredView[] };
}

interface Seen {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  /** Bytes of one element: the view must begin at a multiple of this. */
  readonly alignment: number;
  readonly memory: Memory;
}

interface Memory {
  readonly buffer: ArrayBuffer;
  readonly part: number;
  whole: boolean;
  readonly views: Seen[];
}

/** Overlapping or touching views, which keep their distances. `shift` is added to offsets in the original. */
interface Cluster {
  readonly start: number;
  readonly end: number;
  readonly shift: number;
}

export function createBinaryWriter(): BinaryWriter {
  const seen: Seen[] = [];
  const memories: Memory[] = [];
  const byBuffer = new Map<ArrayBuffer, Memory>();

  const newMemory = (buffer: ArrayBuffer): Memory => {
    const memory: Memory = { buffer, part: memories.length, whole: false, views: [] };
    memories.push(memory);
    return memory;
  };
  const memoryOf = (buffer: ArrayBuffer): Memory => {
    const memory = byBuffer.get(buffer) ?? newMemory(buffer);
    byBuffer.set(buffer, memory);
    return memory;
  };
  const remember = (view: Seen): number => {
    view.memory.views.push(view);
    return seen.push(view);
  };

  return {
    add(value) {
      if (endianness() !== "LE")
        throw new CovalentError("INTERNAL", { reason: "typed arrays need a little-endian machine" });
      if (!ArrayBuffer.isView(value)) {
        const memory = memoryOf(value);
        memory.whole = true;
        return remember({ type: "ArrayBuffer", start: 0, end: value.byteLength, alignment: 1, memory });
      }
      const buffer = value.buffer as ArrayBuffer;
      const memory = Buffer.isBuffer(value) ? newMemory(buffer) : memoryOf(buffer);
      const start = value.byteOffset;
      return remember({ ...typeOf(value), start, end: start + value.byteLength, memory });
    },
    finish: () => layOut(seen, memories),
  };
}

function layOut(seen: readonly Seen[], memories: readonly Memory[]): ReturnType<BinaryWriter["finish"]> {
  const clusters = memories.map(clustersOf);
  const parts = memories.map((memory, index) => pack(memory.buffer, clusters[index] ?? []));
  const views = seen.map(({ type, start, end, memory: { part } }): StoredView => {
    const cluster = clusters[part]?.find((each) => each.start <= start && end <= each.end);
    return [type, part, start + (cluster?.shift ?? 0), end - start];
  });
  return { parts, views };
}

const typedArrayName = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
)?.get;

function typeOf(view: ArrayBufferView): { readonly type: string; readonly alignment: number } {
  if (Buffer.isBuffer(view)) return { type: "Buffer", alignment: 1 };
  // The getter of the internal name: an own `Symbol.toStringTag` cannot lie to it. A DataView has none.
  const type = (typedArrayName?.call(view) as string | undefined) ?? "DataView";
  const alignment = type === "DataView" ? 1 : (view as Uint8Array).BYTES_PER_ELEMENT;
  return { type, alignment };
}

function clustersOf({ buffer, whole, views }: Memory): readonly Cluster[] {
  if (whole) return [{ start: 0, end: buffer.byteLength, shift: 0 }];
  const clusters: Cluster[] = [];
  let packed = 0;
  let open = { start: 0, end: -1, alignment: 1 };
  const close = () => {
    if (open.end < 0) return;
    // The cluster keeps its remainder, so that each of its views stays aligned.
    const remainder = open.start % open.alignment;
    const start = Math.ceil((packed - remainder) / open.alignment) * open.alignment + remainder;
    clusters.push({ start: open.start, end: open.end, shift: start - open.start });
    packed = start + open.end - open.start;
  };
  for (const { start, end, alignment } of views.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    if (start <= open.end) {
      open = {
        start: open.start,
        end: Math.max(open.end, end),
        alignment: Math.max(open.alignment, alignment),
      };
    } else {
      close();
      open = { start, end, alignment };
    }
  }
  close();
  return clusters;
}

function pack(buffer: ArrayBuffer, clusters: readonly Cluster[]): Uint8Array {
  const [first] = clusters;
  if (first !== undefined && clusters.length === 1 && first.start + first.shift === 0) {
    return new Uint8Array(buffer, first.start, first.end - first.start);
  }
  const last = clusters.at(-1);
  const part = new Uint8Array(last === undefined ? 0 : last.end + last.shift);
  for (const { start, end, shift } of clusters)
    part.set(new Uint8Array(buffer, start, end - start), start + shift);
  return part;
}
