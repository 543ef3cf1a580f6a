/**
 * Values as people look at them: what is rows and columns as a table, what is a picture as a picture. Nothing of a value is run:
 * pictures are told by their first bytes and drawn by the browser's own decoders, SVG as an image, in which no script runs.
 */
export type ShownValue = TableValue | ImageValue;

export interface TableValue {
  readonly kind: "table";
  readonly columns: readonly string[];
  readonly rowCount: number;
  cell(row: number, column: number): unknown;
}

export interface ImageValue {
  readonly kind: "image";
  /** A media type, e.g. `image/png`. */
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A value or a part of it; the name is empty for the value itself. */
export interface ShownPart {
  readonly name: string;
  readonly shown: ShownValue;
}

/** More columns are not shown, nor more fields of an object looked into. */
const MOST_COLUMNS = 100;
const MOST_PARTS = 12;
/** Shorter lists of single values are as easily read as text. */
const SHORT_LIST = 12;
/** So many rows say which columns there are. */
const LOOKED_AT = 1_000;

/** What of a value is a table or picture: itself, or fields of it. */
export function shownParts(value: unknown): readonly ShownPart[] {
  const shown = shownValue(value);
  if (shown !== undefined) return [{ name: "", shown }];
  if (!isRecord(value)) return [];
  return Object.entries(value)
    .slice(0, MOST_COLUMNS)
    .flatMap(([name, field]) => {
      const part = shownValue(field);
      return part === undefined ? [] : [{ name, shown: part }];
    })
    .slice(0, MOST_PARTS);
}

function shownValue(value: unknown): ShownValue | undefined {
  if (typeof value === "string") return isSvg(value) ? svg(new TextEncoder().encode(value)) : undefined;
  if (value instanceof Uint8Array) return imageOf(value) ?? listOf(value);
  if (ArrayBuffer.isView(value))
    return value instanceof DataView ? undefined : listOf(value as unknown as ArrayLike<unknown>);
  if (value instanceof ArrayBuffer) return imageOf(new Uint8Array(value));
  if (Array.isArray(value)) return tableOf(value);
  return isRecord(value) ? columnsOf(value) : undefined;
}

function listOf(list: ArrayLike<unknown>): TableValue | undefined {
  if (list.length < SHORT_LIST) return undefined;
  return {
    kind: "table",
    columns: ["value"],
    rowCount: list.length,
    cell: (row) => list[row],
  };
}

function tableOf(rows: readonly unknown[]): TableValue | undefined {
  const first = rows.slice(0, LOOKED_AT);
  if (first.length === 0) return undefined;
  if (first.every(isRow)) {
    const width = Math.max(...first.map((row) => row.length));
    const columns = Array.from({ length: Math.min(width, MOST_COLUMNS) }, (_, index) => String(index));
    return width === 0
      ? undefined
      : { kind: "table", columns, rowCount: rows.length, cell: (row, column) => cellOf(rows[row], column) };
  }
  if (first.every(isRecord)) {
    const columns = [...new Set(first.flatMap((row) => Object.keys(row)))].slice(0, MOST_COLUMNS);
    const cell = (row: number, column: number) => cellOf(rows[row], columns[column] ?? "");
    return columns.length === 0 ? undefined : { kind: "table", columns, rowCount: rows.length, cell };
  }
  return first.every(isSingle) ? listOf(rows) : undefined;
}

/** An object of columns that are equally long, as data frames are. */
function columnsOf(record: Readonly<Record<string, unknown>>): TableValue | undefined {
  const entries = Object.entries(record);
  const [, longest] = entries[0] ?? [];
  if (entries.length < 2 || entries.length > MOST_COLUMNS || !isRow(longest)) return undefined;
  const isColumn = (column: unknown) => isRow(column) && column.length === longest.length;
  if (longest.length < 2 || !entries.every(([, column]) => isColumn(column))) return undefined;
  return {
    kind: "table",
    columns: entries.map(([name]) => name),
    rowCount: longest.length,
    cell: (row, column) => cellOf(entries[column]?.[1], row),
  };
}

/** Only what is the row's own: a row may be missing, or not be what those before it were. */
function cellOf(row: unknown, key: string | number): unknown {
  return typeof row === "object" && row !== null && Object.hasOwn(row, key)
    ? Reflect.get(row, key)
    : undefined;
}

function isRow(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

function isSingle(value: unknown): boolean {
  return typeof value !== "object" || value === null || value instanceof Date;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

const SIGNATURES: readonly (readonly [type: string, first: readonly number[]])[] = [
  ["image/png", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ["image/jpeg", [0xff, 0xd8, 0xff]],
  ["image/gif", [0x47, 0x49, 0x46, 0x38]],
];

function imageOf(bytes: Uint8Array): ImageValue | undefined {
  const found = SIGNATURES.find(([, first]) => first.every((byte, index) => bytes[index] === byte));
  if (found !== undefined) return { kind: "image", type: found[0], bytes: new Uint8Array(bytes) };
  const head = new TextDecoder().decode(bytes.subarray(0, 1_000));
  return isSvg(head) ? svg(bytes) : undefined;
}

function svg(bytes: Uint8Array): ImageValue {
  return { kind: "image", type: "image/svg+xml", bytes: new Uint8Array(bytes) };
}

function isSvg(text: string): boolean {
  return /^\s*(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*|<!DOCTYPE[^>]*>\s*)*<svg[\s>]/i.test(
    text.slice(0, 1_000),
  );
}
