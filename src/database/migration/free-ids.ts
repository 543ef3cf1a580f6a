/**
 * Where numbers for new rows can begin, in a database that may hold any id: right behind the highest, as ever; or, where that leaves
 * no room before 2^63, in the widest gap.
 */

/** From here on the highest id leaves too little room: millions of millions of rows have to fit behind it. */
const CROWDED = 2n ** 62n;

const HIGHEST = 2n ** 63n - 1n;

/**
 * The number behind which ids are free, as SQL.
 *
 * @param ids SELECTs of a column `id` each: every id that is taken, or that somebody still refers to
 */
export function freeBehind(...ids: readonly string[]): string {
  const all = ids.join(" UNION ALL ");
  // The second is asked only when the first is too high: it sorts every id there is.
  return `SELECT CASE WHEN highest < ${CROWDED} THEN CAST(highest AS INTEGER) ELSE (
      SELECT id FROM (SELECT id, lead(id, 1, ${HIGHEST}) OVER (ORDER BY id) - id AS gap
        FROM (SELECT 0 AS id UNION SELECT id FROM (${all}) WHERE id > 0 AND typeof(id) = 'integer'))
      ORDER BY gap DESC LIMIT 1
    ) END FROM (${highestOf(ids)})`;
}

/** The first id behind `floor` that is taken; 2^63 - 1 when there is none. `floor`: a number as SQL. */
export function takenBehind(floor: string, ...ids: readonly string[]): string {
  const nearest = ids.map(
    (one) => `SELECT min(id) AS id FROM (${one}) WHERE id > ${floor} AND typeof(id) = 'integer'`,
  );
  return `SELECT coalesce(min(id), ${HIGHEST}) FROM (${nearest.join(" UNION ALL ")})`;
}

/** Asked of each table for itself: that is one step in an index. */
function highestOf(ids: readonly string[]): string {
  const each = ids.map((one) => `SELECT max(id) AS id FROM (${one})`);
  return `SELECT coalesce(max(id), 0) AS highest FROM (${each.join(" UNION ALL ")})`;
}
