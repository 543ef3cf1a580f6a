/** Texts that are remembered at once: of a column that says something else in every row, no more than that. */
const REMEMBERED = 256;

/**
 * Reads a column that says the same in many rows of a graph. What is made of a text is made once and shared by all of them: neither the
 * time nor the memory grows with the rows. Nobody may change it.
 *
 * @example
 * const executor = repeated(parseRecord);
 * executor('{"time_limit": 60}') === executor('{"time_limit": 60}'); // true
 */
export function repeated<Column extends string | null, Value>(
  read: (column: Column) => Value,
): (column: Column) => Value {
  const known = new Map<Column, Value>();
  return (column) => {
    const before = known.get(column);
    if (before !== undefined || known.has(column)) return before as Value;
    if (known.size >= REMEMBERED) known.clear();
    const value = read(column);
    known.set(column, value);
    return value;
  };
}
