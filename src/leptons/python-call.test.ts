import { chmod } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { hasPython, unlessWithoutPython } from "../../test/support/python.ts";
import { type UserProject, userProject } from "../../test/support/user-project.ts";
import { callPython, type PythonFunction } from "./python-call.ts";

/** With a real interpreter; with a server around it, and with NumPy, in test/e2e/leptons.test.ts. */
const FUNCTIONS = `
import array, asyncio, collections, dataclasses, datetime, decimal, enum

def echo(*values): return list(values)
def named(*, x, y=2): return [x, y]
class Model:
    rate = 3
    @staticmethod
    def load(): return "loaded"
def made(text): return eval(text)
async def later():
    await asyncio.sleep(0)
    return "later"
def names(): return collections.namedtuple("Row", "a b")(1, (2,))
def cyclic():
    rows = []
    rows.append(rows)
    return rows
class Colour(str, enum.Enum):
    RED = "red"
def chained():
    try:
        open("/no/such/file")
    except OSError as error:
        raise ValueError("no data") from error
`;

let project: UserProject;
beforeAll(async () => {
  project = await userProject({
    "functions.py": FUNCTIONS,
    "wrong.py": "import os\nvalue = 1 / 0\n",
    "needy.py": "import not_installed_anywhere\n",
    "without-numpy/numpy.py": "raise ImportError",
    "random.py": "def fit(): return 1\n",
    "wave.py": "def fit(): return 1\n",
  });
});
afterAll(() => project[Symbol.asyncDispose]());

function call(
  fn: string,
  args: readonly unknown[] = [],
  more: Partial<PythonFunction> = {},
): Promise<unknown> {
  const module = { kind: "file", file: project.path("functions.py") } as const;
  const python = { name: fn, python: "python3", module, function: fn, argnames: undefined, ...more };
  return callPython(python, args, new AbortController().signal);
}

const inFile = (name: string) => ({ module: { kind: "file", file: project.path(name) } as const });

describe.skipIf(!hasPython())(`a Python function${unlessWithoutPython}`, () => {
  test("gets values and gives them back", async () => {
    const values = [null, true, -0, 1.5, Number.NaN, -Infinity, "\ud800 ä", [[]], { a: { __proto__x: 1 } }];
    expect(await call("echo", values)).toEqual(values);
    const arrays = [new Float64Array([1, 2]), new Int8Array(0), new BigUint64Array([2n ** 63n])];
    expect(await call("echo", arrays)).toEqual(arrays);
  });

  test("gives Python's own kinds of values as those of JavaScript", async () => {
    expect(await call("names")).toEqual([1, [2]]);
    expect(
      await call("made", ["{'b': bytearray(b'ab'), 'c': Colour.RED, 'f': 3.0, 'i': 2**53 - 1}"]),
    ).toEqual({
      b: new Uint8Array([97, 98]),
      c: "red",
      f: 3,
      i: Number.MAX_SAFE_INTEGER,
    });
    expect(await call("made", ["array.array('h', [1, -1])"])).toEqual(new Int16Array([1, -1]));
  });

  test("may be asynchronous, one of a class, of the interpreter's own modules, and take keyword arguments", async () => {
    expect(await call("later")).toBe("later");
    expect(await call("Model.load")).toBe("loaded");
    expect(await call("mean", [[1, 3]], { module: { kind: "installed", name: "statistics" } })).toBe(2);
    expect(await call("named", [1], { argnames: ["x", "y"] })).toEqual([1, 2]);
    expect(await call("named", [1, 5], { argnames: ["x", "y"] })).toEqual([1, 5]);
  });

  test.each([
    ["{1: 2}", "it has the key 1 of the type int", "Keys of objects are texts"],
    [
      "[{'a': 2**53}]",
      "value[0].a, cannot be given back: the whole number 9007199254740992",
      "Return a text",
    ],
    ["{1}", "it is a set", "sorted(it)"],
    ["datetime.date(2026, 1, 1)", "it is a datetime.date", "it.isoformat()"],
    ["decimal.Decimal(1)", "it is a decimal.Decimal", "Return plain data"],
    ["iter([])", "it is a list_iterator", "list(it)"],
    ["1j", "it is a complex", "Return plain data"],
  ])("that gives %s is told why that cannot be given back", async (text, reason, advice) => {
    const error = call("made", [text]);
    await expect(error).rejects.toMatchObject({
      code: "LEPTON_VALUE",
      message: expect.stringContaining(reason),
    });
    await expect(error).rejects.toMatchObject({ hint: expect.stringContaining(advice) });
  });

  test("that gives a structure that holds itself is told so", async () => {
    await expect(call("cyclic")).rejects.toThrow("it holds itself, or is nested too deeply");
  });

  test("that raises gives its error by name, with the classes above and the traceback of the user's code", async () => {
    const error = await call("chained").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "ValueError", message: "no data" });
    const { stack = "" } = error as Error;
    expect(stack).toMatch(/^ValueError: no data\nTraceback/);
    expect(stack).toContain("FileNotFoundError");
    expect(stack).toContain(`File "${project.path("functions.py")}", line`);
    expect(stack).not.toContain("program/");
    const missing = await call("made", ["open('/no/such/file')"]).catch((thrown: unknown) => thrown);
    expect(Object.getPrototypeOf((missing as Error).constructor).name).toBe("OSError");
  });

  test.each<[what: string, fn: string, more: () => Partial<PythonFunction>, message: string, hint: string]>([
    ["misspelled", "eccho", () => ({}), "the Python module functions has no eccho", "Did you mean echo?"],
    [
      "no function",
      "Model.rate",
      () => ({}),
      "Model.rate of the Python module functions is no function",
      "Name a",
    ],
    [
      "in a module that is not there",
      "f",
      () => ({ module: { kind: "installed", name: "no.such.module" } }),
      "there is no Python module no.such.module for ",
      "Install it there",
    ],
    [
      "in a file with a name that Python has taken",
      "fit",
      () => inFile("random.py"),
      "the name of a module",
      "Give",
    ],
    [
      "in a file with the name of a module that nobody has imported",
      "fit",
      () => inFile("wave.py"),
      "the name of a module",
      "Give",
    ],
  ])("that is %s is told of with what to do", async (_, fn, more, message, hint) => {
    await expect(call(fn, [], more())).rejects.toMatchObject({
      code: "LEPTON_CODE",
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    });
  });

  test("whose module cannot be imported fails with that module's own error", async () => {
    await expect(call("f", [], inFile("wrong.py"))).rejects.toMatchObject({
      name: "ZeroDivisionError",
      stack: expect.stringContaining('wrong.py", line 2'),
    });
    await expect(call("f", [], inFile("needy.py"))).rejects.toMatchObject({
      name: "ModuleNotFoundError",
      message: "No module named 'not_installed_anywhere'",
    });
  });

  test("is not called with what its Python cannot hold", async () => {
    vi.stubEnv("PYTHONPATH", project.path("without-numpy"));
    await expect(call("echo", [new Float16Array(1)])).rejects.toMatchObject({
      code: "LEPTON_CODE",
      message: expect.stringContaining("without NumPy there are no arrays of 16-bit floats"),
      hint: expect.stringContaining("Install numpy"),
    });
    vi.unstubAllEnvs();
    const nested = (levels: number) => JSON.parse(`${"[".repeat(levels)}${"]".repeat(levels)}`);
    expect(await call("echo", [nested(398)])).toEqual([nested(398)]);
    await expect(call("echo", [nested(5_000)])).rejects.toThrow("it is nested more than 400 levels deep");
  });

  test("is not called with arguments that have no name", async () => {
    await expect(call("named", [1, 2, 3], { argnames: ["x", "y"] })).rejects.toThrow(
      "the argument arg[2] of the lepton named cannot be given to it: argnames has a name for 2 of 3 arguments",
    );
  });

  test("ends when its signal aborts", async () => {
    const controller = new AbortController();
    const module = { kind: "installed", name: "time" } as const;
    const sleep = { name: "sleep", python: "python3", module, function: "sleep", argnames: undefined };
    const running = callPython(sleep, [600], controller.signal);
    setImmediate(() => controller.abort(new Error("enough")));
    await expect(running).rejects.toThrow("enough");
  });

  test("whose interpreter is none says what happened to the process", async () => {
    await expect(call("echo", [], { python: "true" })).rejects.toThrow("ended with exit code 0 before");
    await project.write({ python2: '#!/bin/sh\nprintf "too old: 2.7" >&4; exit 1\n' });
    await chmod(project.path("python2"), 0o755);
    await expect(call("echo", [], { python: project.path("python2") })).rejects.toThrow("it is Python 2.7");
    await expect(call("echo", [], { python: "/no/python" })).rejects.toMatchObject({
      code: "LEPTON_PROGRAM",
    });
  });
});
