import { electron, lattice, timeTrigger } from "covalent-ts";

/** A workflow that is started by what happens. */

const double = electron((n: number) => n * 2);

export const ticking = lattice({ triggers: [timeTrigger({ every: "100ms" })] }, (n: number) => double(n));
