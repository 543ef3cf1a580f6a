import { existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { electron, lattice, lepton, timeTrigger } from "covalent-ts";

/** Workflows that the tests of the web UI look at. */

interface Reading {
  readonly station: string;
  readonly degrees: number;
}

const loadReadings = electron((station: string, count: number): Reading[] =>
  Array.from({ length: count }, (_, index) => ({ station, degrees: 10 + ((index * 7) % 13) })),
);
const cleanUp = electron((readings: readonly Reading[]) => readings.filter(({ degrees }) => degrees > 10));
const average = electron((readings: readonly Reading[]) => {
  console.log(`averaging ${readings.length} readings of ${readings[0]?.station}`);
  return readings.reduce((sum, { degrees }) => sum + degrees, 0) / readings.length;
});
const compare = electron((averages: readonly number[]) => Math.max(...averages) - Math.min(...averages));
const report = electron(async (difference: number, title: string) => {
  await pause(150);
  console.log(`writing the report "${title}"`);
  return { title, difference, text: `The stations differ by ${difference.toFixed(2)} degrees.` };
});

/** A small pipeline: three stations side by side, then together. */
export const weather = lattice((stations: readonly string[]) => {
  const averages = stations.map((station) => average(cleanUp(loadReadings(station, 200))));
  return report(compare(averages), "Mean temperatures");
});

const measure = electron((sample: number) => sample * sample);
const calibrate = electron((value: number) => Math.sqrt(value));
const total = electron((values: readonly number[]) => values.reduce((sum, value) => sum + value, 0));

/** Like nodes by the hundred. */
export const samples = lattice((count: number) =>
  total(Array.from({ length: count }, (_, sample) => calibrate(measure(sample)))),
);

const fetchPage = electron((page: number) => `page ${page}`);
const parse = electron((text: string) => {
  if (text.endsWith("3")) throw new RangeError(`${text} has no table`);
  return text.length;
});

/** One of its tasks fails, and what builds on it does not run. */
export const crawl = lattice((pages: number) =>
  total(Array.from({ length: pages }, (_, page) => parse(fetchPage(page)))),
);

const begin = electron((name: string) => name);
const untilFile = electron(async (name: string, file: string) => {
  console.log(`${name} waits`);
  while (!existsSync(file)) await pause(20);
  return name;
});
const finish = electron((name: string) => `${name} is done`);

/** Runs until a file is there. */
export const gated = lattice((name: string, file: string) => finish(untilFile(begin(name), file)));

const double = electron((x: number) => 2 * x);
const inner = lattice((x: number) => double(double(x)));

/** A dispatch within a dispatch. */
export const outer = lattice((x: number) => double(inner(double(x))));

const tableOf = electron((count: number) =>
  Array.from({ length: count }, (_, index) => ({
    station: `S${index}`,
    degrees: index / 7,
    ok: index % 2 === 0,
  })),
);
const series = electron((rows: readonly unknown[]) => ({
  note: "of the first station",
  curve: Float64Array.from({ length: 1_000 }, (_, index) => Math.sin(index / 40) * rows.length),
  plot: '<svg xmlns="http://www.w3.org/2000/svg" width="240" height="80"><script>document.title="run"</script><path d="M0 40 Q60 0 120 40 T240 40" fill="none" stroke="teal" stroke-width="3"/></svg>',
}));
/** One red pixel. */
const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==";
const picture = electron((_series: unknown) => Buffer.from(PNG, "base64"));

/** Results that are more than text. */
export const charts = lattice((count: number) => picture(series(tableOf(count))));

const greet = lepton.shell<[string], string>({ command: 'echo "hello $1"' });
const loud = electron((text: string) => text.toUpperCase());
/** In two languages. */
export const greeting = lattice((name: string) => loud(greet(name)));

const later = electron((at: Date, days: number) =>
  new Date(at.getTime() + days * 86_400_000).toISOString().slice(0, 10),
);

/** JSON does not say what a date is. */
export const dated = lattice((at: Date, days: number) => later(at, days));

const innermost = lattice((x: number) => double(x));
const middle = lattice((x: number) => double(innermost(x)));

/** A dispatch within a dispatch within a dispatch. */
export const nested = lattice((x: number) => double(middle(x)));

/** Waits for its trigger, which is due in a day. */
export const onDemand = lattice({ triggers: [timeTrigger({ every: "1d" })] }, () => begin("on demand"));

const markup = electron({ name: "<script>document.title='run'</script>" }, (x: string) => x);
const turned = electron({ name: "مهمة \u202e evil" }, (x: string) => x);
const endless = electron({ name: "L".repeat(10_000) }, (x: string) => x);

/** Names that somebody might mean badly. */
export const hostile = lattice(
  { name: "<img src=x onerror=document.title='run'>", tags: ["<b>bold</b>", "x".repeat(300), "🚀"] },
  (x: string) => endless(turned(markup(x))),
);

const oddities = electron(() => ({ nan: Number.NaN, low: -Infinity, big: 2n ** 80n, none: undefined }));
const bytes = electron((_oddities: unknown) => new Uint8Array(20_000_000).fill(7));
const talkative = electron((_bytes: unknown) => {
  const line = `${"x".repeat(199)}\n`.repeat(1_000);
  for (let block = 0; block < 200; block++) process.stdout.write(line);
});

/** Values and output that are too much for most. */
export const odd = lattice(() => talkative(bytes(oddities())));
