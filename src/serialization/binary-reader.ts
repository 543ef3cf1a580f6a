import { corrupt, type StoredView } from "./envelope.ts";

/** Gives the ArrayBuffer or view with a number, from 1. Views on one part share its memory. */
export type BinaryReader = (number: unknown) => ArrayBuffer | ArrayBufferView;

interface ViewType {
  readonly View: new (buffer: ArrayBuffer, byteOffset: number, length: number) => ArrayBufferView;
  readonly bytesPerElement: number;
}

const TYPED_ARRAYS = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  BigInt64Array,
  BigUint64Array,
  // Older browsers, in which the web UI reads values, have none.
  ...(typeof Float16Array === "undefined" ? [] : [Float16Array]),
  Float32Array,
  Float64Array,
];

const VIEW_TYPES: ReadonlyMap<string, ViewType> = new Map<string, ViewType>([
  ["DataView", { View: DataView, bytesPerElement: 1 }],
  ...TYPED_ARRAYS.map((View): [string, ViewType] => [
    View.name,
    { View, bytesPerElement: View.BYTES_PER_ELEMENT },
  ]),
]);

/**
 * Reads the binary parts of one value. Each part is copied once, as a block, into an ArrayBuffer of exactly its size: what is
 * read may be written to without harm to the payload's bytes, and `view.buffer` shows nothing else of the payload.
 */
export function createBinaryReader(parts: readonly Uint8Array[], views: readonly StoredView[]): BinaryReader {
  const buffers = new Map<number, ArrayBuffer>();
  const bufferOf = (part: number): ArrayBuffer => {
    const known = buffers.get(part);
    if (known !== undefined) return known;
    const bytes = parts[part];
    if (bytes === undefined) throw corrupt(`there is no binary part ${part}`);
    const buffer = new Uint8Array(bytes).buffer;
    buffers.set(part, buffer);
    return buffer;
  };
  return (number) => {
    const view = typeof number === "number" ? views[number - 1] : undefined;
    if (view === undefined) throw corrupt("its text refers to a view that is not there");
    return makeView(view, bufferOf(view[1]));
  };
}

function makeView(
  [type, part, byteOffset, byteLength]: StoredView,
  buffer: ArrayBuffer,
): ArrayBuffer | ArrayBufferView {
  if (byteOffset + byteLength > buffer.byteLength) throw corrupt(`a view reaches beyond binary part ${part}`);
  if (type === "ArrayBuffer") return buffer;
  if (type === "Buffer") return bufferOn(buffer, byteOffset, byteLength);
  const viewType = VIEW_TYPES.get(type);
  if (viewType === undefined) throw corrupt(`it has a view of the unknown type ${type}`);
  const { View, bytesPerElement } = viewType;
  if (byteOffset % bytesPerElement !== 0 || byteLength % bytesPerElement !== 0) {
    throw corrupt(`a ${type} does not fit its bytes`);
  }
  return new View(buffer, byteOffset, byteLength / bytesPerElement);
}

/** Browsers know no Buffer: there it is what a Buffer is made of. */
function bufferOn(buffer: ArrayBuffer, byteOffset: number, byteLength: number): Uint8Array {
  return typeof Buffer === "undefined"
    ? new Uint8Array(buffer, byteOffset, byteLength)
    : Buffer.from(buffer, byteOffset, byteLength);
}
