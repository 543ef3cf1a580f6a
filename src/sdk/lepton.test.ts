import { afterEach, describe, expect, test, vi } from "vitest";
import { userProject } from "../../test/support/user-project.ts";
import { isElectron } from "./electron.ts";
import { lattice } from "./lattice.ts";
import { lepton, type PythonOptions, type ShellOptions } from "./lepton.ts";
import { trace } from "./trace.ts";

afterEach(() => vi.unstubAllEnvs());

const PYTHON: PythonOptions = { module: "statistics", function: "mean" };

test("a lepton is an electron by the name of its variable, with options and language", () => {
  const average = lepton.python<[number[]], number>({ ...PYTHON, retries: 2 });
  const list = lepton.shell({ command: "ls", name: "files" });
  expect([average.name, average.language, average.options]).toEqual(["average", "python", { retries: 2 }]);
  expect([list.name, list.language, isElectron(list)]).toEqual(["files", "shell", true]);
});

test("in a lattice it is a node, whose arguments have their names", async () => {
  const average = lepton.python<[number[], number], number>({ ...PYTHON, argnames: ["data", "weights"] });
  const flow = lattice({ name: "flow" }, () => average([1], 2));
  const { nodes, edges } = await trace(flow, []);
  expect(nodes.map(({ name, type }) => [name, type])).toContainEqual(["average", "function"]);
  expect(edges.map(({ name }) => name)).toEqual(["data", "weights", "result"]);
});

test("outside of a lattice a call runs it", async () => {
  const upper = lepton.shell<[string], string>({ command: 'echo "$1" | tr a-z A-Z' });
  expect(await upper.function("abc")).toBe("ABC");
});

test("the interpreter is the option's, else the one that the worker's environment names", async () => {
  vi.stubEnv("COVALENT_EXECUTORS_LOCAL_PYTHON", "python-of-the-server");
  const asked = (more: Partial<PythonOptions>) =>
    lepton.python<[], unknown>({ ...PYTHON, ...more }).function();
  await expect(asked({})).rejects.toThrow("cannot run python-of-the-server");
  await expect(asked({ python: "python-of-its-own" })).rejects.toThrow("cannot run python-of-its-own");
});

test("a file that is not there is told of where the lepton is made, with the user's line", async () => {
  expect(() => lepton.python({ module: "./nowhere.py", function: "f" })).toThrow(
    /there is no file .*src\/sdk\/nowhere\.py, which a lepton names at .*lepton\.test\.ts:\d+:\d+/,
  );
});

describe("options that are wrong are told of", () => {
  test.each<[options: object, message: string]>([
    [
      { module: "fit.py", function: "f" },
      'module of lepton.python() must be the path of a file from this module ("./fit.py")',
    ],
    [{ module: "/abs/fit.py", function: "f" }, "module of lepton.python() must be the path"],
    [{ module: "statistics" }, "function of lepton.python() is missing"],
    [{ ...PYTHON, function: "a b" }, 'must be the name of a function, such as "fit"'],
    [{ ...PYTHON, argnames: ["a", "a"] }, "argnames of lepton.python() has a name twice"],
    [{ ...PYTHON, argname: ["a"] }, 'argname of lepton.python() is not known; did you mean "argnames"?'],
    [{ ...PYTHON, retries: -1 }, "retries of lepton.python()"],
  ])("%j", (options, message) => {
    expect(() => lepton.python(options as PythonOptions)).toThrow(message);
  });

  test.each<[options: object, message: string]>([
    [{}, "command of lepton.shell() is missing"],
    [{ command: "ls", stdin: "x" }, "stdin of lepton.shell() must be one of argnames"],
    [{ command: "ls", argnames: ["a-b"] }, "argnames of lepton.shell() must be a list of names"],
    [
      { command: "ls", output: "yaml" },
      'output of lepton.shell() must be "text" or "lines" or "json" or "bytes"',
    ],
    [{ command: "ls", outputs: {} }, "outputs of lepton.shell() must be an object of names"],
    [
      { command: "ls", outputs: { "a.b": "text" } },
      "has the name a.b, which no variable of a shell can have",
    ],
    [
      { command: "ls", outputs: { a: "text" }, output: "text" },
      "output of lepton.shell() is for commands without outputs",
    ],
    [{ command: "ls", outputs: { a: "text" }, argnames: ["a"] }, "has the name a, which is one of argnames"],
  ])("%j", (options, message) => {
    expect(() => lepton.shell(options as ShellOptions)).toThrow(message);
  });
});

test("a project's file is the one that its own directory has", async () => {
  await using project = await userProject({
    "steps/fit.py": "from unit import UNIT\ndef fit(x): return [x, UNIT]\n",
    "steps/unit.py": 'UNIT = "m"\n',
    "steps/flow.ts": [
      `import { lepton } from ${JSON.stringify(new URL("./lepton.ts", import.meta.url).pathname)};`,
      'export const fit = lepton.python({ module: "./fit.py", function: "fit" });',
    ].join("\n"),
  });
  const { fit } = await import(project.path("steps/flow.ts"));
  expect(await fit.function(3)).toEqual([3, "m"]);
});
