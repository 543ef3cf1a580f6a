/** What a `Range` header asks of `size` bytes: the range (`end` inclusive), `undefined` for all of them, or `"unsatisfiable"`. */
export type ByteRange = { readonly start: number; readonly end: number } | undefined | "unsatisfiable";

/** Only a single range is understood; a header that asks for more, or is malformed, is ignored as the standard has it. */
export function parseRange(header: string | undefined, size: number): ByteRange {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? "") ?? [];
  if (first === undefined || last === undefined || (first === "" && last === "")) return undefined;
  if (first === "") {
    const length = Math.min(Number(last), size);
    return length === 0 ? "unsatisfiable" : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  const end = last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== "" && Number(last) < start) return undefined;
  return start < size ? { start, end } : "unsatisfiable";
}
