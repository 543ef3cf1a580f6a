import type { FloorFigures } from "./measure-floor.ts";
import type { Figure, Figures, Measurement } from "./scenario.ts";

/** What is measured once for a run of the benchmark: the floor, by the durability that it stands beside. */
export type Floors = Readonly<Record<"process" | "power", FloorFigures>>;

/** One line about a measurement, and one about the warm server where that was measured. */
export function measurementLine(measurement: Measurement, floors: Floors): string {
  const { name, figure, fresh, warm, serverPeakBytes, durability } = measurement;
  const line = (title: string, figures: Figures) =>
    [
      title.padEnd(18),
      withUnit(figure, figures.value).padStart(12),
      ratio(figure, figures.value, floors[durability]).padStart(22),
      ` CPU µs each: ${Object.entries(figures.cpuUs)
        .map(([who, us]) => `${who} ${us.toFixed(0)}`)
        .join(", ")};`,
      ` runs ${figures.values.map((each) => numeral(figure, each)).join(" ")}`,
    ].join("");
  const memory = `; server ${(serverPeakBytes / 1e6).toFixed(0)} MB at most`;
  const later = warm === undefined ? "" : `\n${line(`  after ${warm.after} more`, warm)}`;
  return line(name, fresh) + memory + later;
}

export function floorLine(durability: keyof Floors, { rate, each }: FloorFigures): string {
  const name = `floor (${durability})`.padEnd(18);
  return `${name}${withUnit("rate", rate).padStart(12)}, a chain ${withUnit("each", each)} a step`;
}

/** How many times as fast as a peer the scenarios are that it was measured in, one line each. */
export function peerLines(
  { name, rate, each }: FloorFigures & { readonly name: string },
  measurements: readonly Measurement[],
): readonly string[] {
  const times: Readonly<Record<string, (value: number) => number>> = {
    "wide-1000": (value) => value / rate,
    "chain-100": (value) => each / value,
  };
  return measurements.flatMap(({ name: scenario, fresh, warm }) => {
    const ratio = times[scenario];
    if (ratio === undefined) return [];
    const later = warm === undefined ? "" : `, ${ratio(warm.value).toFixed(1)} after ${warm.after} more`;
    return [`${scenario} is ${ratio(fresh.value).toFixed(1)} times as fast as ${name}${later}`];
  });
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
