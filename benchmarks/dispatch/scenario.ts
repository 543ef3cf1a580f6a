import type { BenchmarkServer, Durability } from "./server.ts";

/** Something that is measured: what it does once, and what the time of it means. */
export interface Scenario {
  readonly name: string;
  readonly about: string;
  readonly durability: Durability;
  /** What {@link Scenario.run} does that many times over; a figure is per one of it. */
  readonly count: number;
  readonly figure: Figure;
  /** It is measured again when the server has done it so many times more: by then V8 has compiled what it runs. */
  readonly warmUp?: number;
  /** Does it once, and throws when what came out is not what must come out. Milliseconds. */
  run(server: BenchmarkServer): Promise<number>;
}

/** `rate`: so many a second, more is better; `each`: milliseconds for each, `all`: milliseconds for all of them. */
export type Figure = "rate" | "each" | "all";

/** What a scenario came to. */
export interface Measurement {
  readonly name: string;
  readonly about: string;
  readonly durability: Durability;
  readonly figure: Figure;
  readonly fresh: Figures;
  /** The same of a server that has done it {@link Scenario.warmUp} times more. */
  readonly warm?: Figures & { readonly after: number };
  /** Bytes of memory the server has had at most. */
  readonly serverPeakBytes: number;
}

export interface Figures {
  /** The median, and all runs. */
  readonly value: number;
  readonly values: readonly number[];
  /** Microseconds of processor time for each of `count`, on the average of all runs. */
  readonly cpuUs: { readonly client: number; readonly server: number; readonly workers: number };
}

/** The figure of one run that took so many milliseconds. */
export function figureOf({ figure, count }: Pick<Scenario, "figure" | "count">, ms: number): number {
  if (figure === "rate") return (count * 1_000) / ms;
  return figure === "each" ? ms / count : ms;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
