import { readFile } from "node:fs/promises";
import { electron, lattice } from "covalent-ts";
import { dot, leastSquares } from "./least-squares.ts";

/**
 * Which curve describes the rise of carbon dioxide over Mauna Loa best?
 *
 * Four models of weekly measurements, 1958 to 2001 (data/README.md): a polynomial trend of degree 1 to 4, each with the same
 * yearly cycle. They are fitted in parallel, and the one that predicts years it has not seen with the smallest error wins.
 *
 *     covalent run examples/quickstart/select-model.ts --args '["examples/quickstart/data/mauna-loa-co2.csv"]'
 */

interface Row {
  /** Time as a fraction of years, e.g. 1958.24. */
  readonly year: number;
  /** Parts of carbon dioxide per million parts of dry air. */
  readonly ppm: number;
}

interface Fit {
  readonly degree: number;
  /** Root mean square error in ppm, over rows that were held out. */
  readonly error: number;
  /** Rise in ppm per year, at the last measurement. */
  readonly rise: number;
}

/** Reads the measurements and drops the weeks without one. */
const clean = electron(async (path: string): Promise<Row[]> => {
  const [, ...lines] = (await readFile(path, "utf8")).trim().split(/\r?\n/);
  return lines
    .map((line) => line.split(","))
    .filter(([, ppm]) => ppm !== "")
    .map(([date = "", ppm]) => ({ year: yearOf(date), ppm: Number(ppm) }));
});

/** Fits one model, and judges it on ten spans of years that it has not seen: each is held out once. */
const fit = electron({ executor: "local", retries: 2, timeout: "1m" }, (rows: Row[], degree: number): Fit => {
  const spans = 10;
  const squares = Array.from({ length: spans }, (_, span) => {
    const isHeldOut = (_row: Row, i: number) => Math.floor((i * spans) / rows.length) === span;
    const curve = curveThrough(
      rows.filter((row, i) => !isHeldOut(row, i)),
      degree,
    );
    return rows.filter(isHeldOut).reduce((sum, row) => sum + (row.ppm - curve(row.year)) ** 2, 0);
  });
  const error = Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / rows.length);

  const curve = curveThrough(rows, degree);
  const last = rows.at(-1)?.year ?? Number.NaN;
  return { degree, error, rise: curve(last) - curve(last - 1) };
});

/** The fit with the smallest error, beside the errors of all. */
const best = electron((fits: Fit[]) => {
  const [winner] = fits.toSorted((a, b) => a.error - b.error);
  return { best: winner, errors: fits.map(({ degree, error }) => ({ degree, error })) };
});

export const selectModel = lattice({ name: "select-model" }, (path: string) => {
  const rows = clean(path);
  return best([1, 2, 3, 4].map((degree) => fit(rows, degree)));
});

/** `19580329` is 1958.24. */
function yearOf(date: string): number {
  const year = Number(date.slice(0, 4));
  const day = Date.UTC(year, Number(date.slice(4, 6)) - 1, Number(date.slice(6, 8)));
  return year + (day - Date.UTC(year, 0)) / (Date.UTC(year + 1, 0) - Date.UTC(year, 0));
}

/** The least-squares curve: a polynomial of `degree` plus a yearly and a half-yearly wave. */
function curveThrough(rows: readonly Row[], degree: number): (year: number) => number {
  const terms = (year: number): number[] => {
    const t = (year - 1980) / 22; // -1 to 1 over the whole record: its powers stay of one size
    const phase = 2 * Math.PI * year;
    const trend = Array.from({ length: degree + 1 }, (_, power) => t ** power);
    return [...trend, Math.sin(phase), Math.cos(phase), Math.sin(2 * phase), Math.cos(2 * phase)];
  };
  const coefficients = leastSquares(
    rows.map((row) => terms(row.year)),
    rows.map((row) => row.ppm),
  );
  return (year) => dot(coefficients, terms(year));
}
