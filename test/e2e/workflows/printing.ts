import { existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { electron, lattice } from "covalent-ts";

/** Prints a line, then another one for each file that comes into being, in the order of their names. */
const printLines = electron(async (file: string, count: number) => {
  console.error("to the other stream");
  for (let line = 0; line < count; line++) {
    console.log(`line ${line} ü`);
    while (!existsSync(`${file}-${line}`)) await pause(20);
  }
  return count;
});
const printOther = electron((lines: number) => console.log(`of the next task, behind ${lines} lines`));

/** Two tasks, one after the other, of which the first prints while it is looked at. */
export const printing = lattice((file: string, count: number) => printOther(printLines(file, count)));
