/** A view of memory as numbers: every typed array. */
export type NumberArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float16Array
  | Float32Array
  | Float64Array;

/** Element types by NumPy's short names; the bytes are little-endian, as on every machine that Node runs on but s390x. */
const CLASSES = {
  i1: Int8Array,
  u1: Uint8Array,
  i2: Int16Array,
  u2: Uint16Array,
  i4: Int32Array,
  u4: Uint32Array,
  i8: BigInt64Array,
  u8: BigUint64Array,
  f2: Float16Array,
  f4: Float32Array,
  f8: Float64Array,
} as const;

export type ElementType = keyof typeof CLASSES;

/** The element type of a typed array; `undefined` for what is none (a DataView too). */
export function elementTypeOf(value: ArrayBufferView): ElementType | undefined {
  if (value instanceof Uint8ClampedArray) return "u1";
  const found = Object.entries(CLASSES).find(([, Class]) => value instanceof Class);
  return found?.[0] as ElementType | undefined;
}

/** A typed array of its own memory with a copy of the bytes. */
export function typedArrayOf(type: ElementType, bytes: Uint8Array): NumberArray {
  return new CLASSES[type](new Uint8Array(bytes).buffer);
}
