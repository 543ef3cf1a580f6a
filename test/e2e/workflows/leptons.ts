import { electron, lattice, lepton } from "covalent-ts";

/** Workflows of several languages. */

const sum = electron((values: readonly number[]) => values.reduce((total, value) => total + value, 0));

interface Fit {
  readonly total: number;
  readonly scaled: readonly number[];
}

const fitRows = lepton.python<[rows: number[], rate: number], Fit>({
  module: "./python/tasks.py",
  function: "fit",
  argnames: ["rows", "rate"],
});
const area = lepton.python<[number, number], string>({ module: "./python/shapes/area.py", function: "area" });
const mean = lepton.python<[readonly number[]], number>({ module: "statistics", function: "mean" });
const sorted = lepton.shell<[string], string[]>({
  command: "sort -n",
  argnames: ["text"],
  stdin: "text",
  output: "lines",
});
const numbers = electron((lines: string[]) => lines.map(Number));

/** TypeScript, shell and Python in one graph. */
export const mixed = lattice((text: string) => {
  const rows = numbers(sorted(text));
  const fitted = fitRows(rows, 0.5);
  return { total: fitted.total, all: sum(fitted.scaled), mean: mean(rows), area: area(2, 3) };
});

const echo = lepton.python<[unknown], unknown>({ module: "./python/tasks.py", function: "echo" });
export const echoed = lattice((value: unknown) => echo(value));
export const echoedAll = lattice((values: unknown[]) => echo.map(values));

const describe = lepton.python<[Float64Array], [string, number]>({
  module: "./python/tasks.py",
  function: "describe",
});
const halved = lepton.python<[Float64Array], Float64Array>({
  module: "./python/tasks.py",
  function: "halved",
});
const samples = electron((count: number) => Float64Array.from({ length: count }, (_, index) => index));
/** Large enough for the asset store on both ways. */
export const arrays = lattice((count: number) => {
  const values = samples(count);
  return [describe(values), halved(values)];
});

const say = lepton.python<[string], [string, string]>({
  module: "./python/tasks.py",
  function: "say",
  env: { LEPTON_GREETING: "hello" },
  workdir: "/",
});
const shout = lepton.shell<[string], string>({ command: 'printf "%s" "$1"; echo "warning: $1" >&2' });
export const talkative = lattice((text: string) => [say(text), shout(text)]);

const flaky = lepton.python<[string, number], number>({
  module: "./python/tasks.py",
  function: "flaky",
  retries: { count: 2, retryOn: ["ConnectionError"] },
});
export const retried = lattice((journal: string, needed: number) => flaky(journal, needed));

const broken = lepton.python<[unknown], unknown>({
  module: "./python/tasks.py",
  function: "broken",
});
export const failing = lattice((rows: unknown) => broken(rows));

const unserializable = lepton.python<[], unknown>({
  module: "./python/tasks.py",
  function: "unserializable",
  retries: 3,
});
export const unfit = lattice(() => unserializable());

const crash = lepton.python<[], unknown>({ module: "./python/tasks.py", function: "crash" });
const leave = lepton.python<[], unknown>({ module: "./python/tasks.py", function: "leave" });
const nowhere = lepton.python<[], unknown>({
  module: "./python/tasks.py",
  function: "echo",
  python: "no-such-python",
});
const exits = lepton.shell<[string], string>({
  command: 'echo "no space left: $1" >&2; exit 28',
  argnames: ["device"],
});
export const endings = lattice(() => [crash(), leave(), nowhere(), exits("/dev/full")]);

const endless = lepton.python<[string], never>({ module: "./python/tasks.py", function: "endless" });
const asleep = lepton.shell<[string], never>({
  command: 'echo "start $$" >> "$1"; while :; do sleep 1; done',
});
export const unending = lattice((journal: string) => [endless(journal), asleep(journal)]);
const late = lepton.python<[string], never>({
  module: "./python/tasks.py",
  function: "endless",
  timeout: "1s",
});
export const overdue = lattice((journal: string) => late(journal));

const noted = lepton.shell<[string, string], string>({
  command: 'echo "$2" >> "$1"; echo "$2"',
  cache: true,
});
export const cached = lattice((journal: string, text: string) => noted(journal, text));

const report = lepton.shell<[string], { upper: string; size: number }>({
  command: 'tr a-z A-Z < "$1" > "$upper"; wc -c < "$1" > "$size"',
  outputs: { upper: "text", size: "json" },
});
export const reported = lattice((path: string) => report(path).size);

const counted = lepton.python<[string, string, string], string>({
  module: "./python/tasks.py",
  function: "counted",
});
const join = electron((names: string[]) => names.join(" "));
/** Each waits for its gate: a chain of two beside another one. */
export const gated = lattice((journal: string, gates: string[]) => {
  const first = counted(journal, "first", gates[0] ?? "");
  const second = counted(journal, "second", gates[1] ?? "");
  return join([first, second]);
});
