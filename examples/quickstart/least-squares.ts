/**
 * The coefficients that minimise |A x - b|, by Householder reflections (QR). Unlike the normal equations this does not square
 * the condition number of A, so it stays accurate for polynomials of a high degree.
 *
 * `rows` are the rows of A, at least as many as it has columns; A must have full rank.
 */
export function leastSquares(rows: readonly (readonly number[])[], b: readonly number[]): number[] {
  const a = rows.map((row, i) => [...row, b[i] ?? Number.NaN]);
  const columns = rows[0]?.length ?? 0;
  for (let k = 0; k < columns; k++) reflect(a, k);
  return backSubstitute(a, columns);
}

/** Reflects the rows from `k` on so that column `k` becomes zero below its diagonal. */
function reflect(a: number[][], k: number): void {
  const below = a.slice(k);
  const v = below.map((row) => row[k] ?? 0);
  const diagonal = v[0] ?? 0;
  const norm = Math.hypot(...v);
  // The sign that adds to the diagonal: no digits cancel.
  v[0] = diagonal + (diagonal < 0 ? -norm : norm);
  const squared = dot(v, v);
  if (squared === 0) throw new Error(`Column ${k} depends on the others: there is no unique solution.`);
  const width = a[0]?.length ?? 0;
  for (let j = k; j < width; j++) {
    const column = below.map((row) => row[j] ?? 0);
    const scale = (2 * dot(v, column)) / squared;
    below.forEach((row, i) => {
      row[j] = (column[i] ?? 0) - scale * (v[i] ?? 0);
    });
  }
}

function backSubstitute(a: readonly (readonly number[])[], columns: number): number[] {
  const x = new Array<number>(columns).fill(0);
  for (let k = columns - 1; k >= 0; k--) {
    const row = a[k] ?? [];
    const known = dot(row.slice(k + 1, columns), x.slice(k + 1));
    x[k] = ((row[columns] ?? 0) - known) / (row[k] ?? 0);
  }
  return x;
}

/** The scalar product of two vectors of one length. */
export function dot(u: readonly number[], v: readonly number[]): number {
  return u.reduce((sum, value, i) => sum + value * (v[i] ?? 0), 0);
}
