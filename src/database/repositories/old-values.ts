/**
 * Values as rows really hold them. SQLite keeps whatever is written into a column, and the original's databases hold numbers beyond
 * 2^53, bytes and texts where another kind was meant: they are shown as well as can be, and stop nobody from reading the rest.
 */

/** A value where a text is meant. */
export function toText(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("utf8");
  return value === null || value === undefined ? "" : String(value);
}

export function toTextOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : toText(value);
}

/** A value where a whole number is meant; `null` when it is none that a client could read. */
export function toWhole(value: unknown): number | null {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) ? number : null;
}
