/**
 * SQL that compares values as they are stored. A plain `IS NOT` follows the columns: under NOCASE `'a'` is `'A'`, and a column of
 * integers takes the text `'1'` for the number 1.
 */

/** True where two expressions have other values. The numbers 1 and 1.0 count as one value: a copy cannot make the one of the other. */
export function differs(one: string, other: string): string {
  return `+${one} IS NOT +${other} COLLATE BINARY`;
}

/** True where two expressions have other values, or equal ones of other types. */
export function differsInType(one: string, other: string): string {
  return `(typeof(${one}) IS NOT typeof(${other}) OR ${differs(one, other)})`;
}
