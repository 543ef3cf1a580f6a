import type { FloorFigures } from "./measure-floor.ts";
import type { Figure, Measurement } from "./scenario.ts";

/** What is measured once for a run of the benchmark: the floor, by the durability that it stands beside. */
export type Floors = Readonly<Record<"process" | "power", FloorFigures>>;

/** One line about a measurement. */
export function measurementLine(measurement: Measurement, floors: Floors): string {
  const { name, figure, value, values, cpuUs, serverPeakBytes, durability } = measurement;
  const cpu = Object.values(cpuUs).map((us) => us.toFixed(0));
  return [
    name.padEnd(18),
    withUnit(figure, value).padStart(12),
    ratio(figure, value, floors[durability]).padStart(22),
    ` CPU µs each: client ${cpu[0]}, server ${cpu[1]}, workers ${cpu[2]};`,
    ` server ${(serverPeakBytes / 1e6).toFixed(0)} MB;`,
    ` runs ${values.map((each) => numeral(figure, each)).join(" ")}`,
  ].join("");
}

export function floorLine(durability: keyof Floors, { rate, each }: FloorFigures): string {
  const name = `floor (${durability})`.padEnd(18);
  return `${name}${withUnit("rate", rate).padStart(12)}, a chain ${withUnit("each", each)} a step`;
}

function withUnit(figure: Figure, value: number): string {
  return `${numeral(figure, value)} ${figure === "rate" ? "/s" : "ms"}`;
}

function numeral(figure: Figure, value: number): string {
  return value.toFixed(figure === "rate" ? 0 : 2);
}

/** How many times the floor's time it takes; the floor has no figure for `all`. */
function ratio(figure: Figure, value: number, floor: FloorFigures): string {
  if (figure === "all") return "";
  const times = figure === "rate" ? floor.rate / value : value / floor.each;
  return `${times.toFixed(1)} x the floor`;
}
