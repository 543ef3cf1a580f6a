import { electron, lattice, lepton } from "covalent-ts";

/**
 * One graph, three languages: the shell picks the rows of a file, TypeScript reads them, Python does the statistics.
 *
 *     covalent run examples/languages/yearly-rise.ts --args '["examples/quickstart/data/mauna-loa-co2.csv"]'
 */

/** The weeks that have a measurement, without the heading. */
const measured = lepton.shell<[file: string], string[]>({
  command: 'tail -n +2 "$file" | grep -v ",$"',
  argnames: ["file"],
  output: "lines",
});

const columns = electron((lines: string[]) => {
  const rows = lines.map((line) => line.split(","));
  return { dates: rows.map(([date = ""]) => date), ppm: Float64Array.from(rows, ([, ppm]) => Number(ppm)) };
});

const yearly = lepton.python<[dates: string[], ppm: Float64Array], Record<string, number>>({
  module: "./rise.py",
  function: "yearly",
});

const rise = lepton.python<[means: Record<string, number>], number>({
  module: "./rise.py",
  function: "rise",
});

export const yearlyRise = lattice({ name: "yearly-rise" }, (file: string) => {
  const { dates, ppm } = columns(measured(file));
  return rise(yearly(dates, ppm));
});
