import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { CovalentError, type ErrorCode } from "../model/errors.ts";
import { electron } from "./electron.ts";
import { isHandle } from "./handle.ts";
import { lattice } from "./lattice.ts";
import { trace } from "./trace.ts";

interface Row {
  readonly year: number;
  readonly name: string;
}

const clean = electron({ name: "clean" }, (_path: string): Row[] => []);
const pair = electron({ name: "pair" }, (): [Row, number] => [{ year: 1, name: "" }, 1]);
const use = electron({ name: "use" }, (..._values: unknown[]) => {});

/** What plain JavaScript would do, past the types. */
// biome-ignore lint/suspicious/noExplicitAny: misuse is what the types prevent
type Untyped = any;

describe("a handle is refused with the electron, the lattice and the line when it is", () => {
  const misuses: Record<string, (handle: Untyped) => unknown> = {
    "put into a template literal": (handle) => `${handle}`,
    "turned into text": (handle) => String(handle),
    "made a number": (handle) => handle * 2,
    "added to": (handle) => handle + 1,
    "compared with <": (handle) => handle < 3,
    "given to JSON.stringify": (handle) => JSON.stringify(handle),
    "given to JSON.stringify inside a value": (handle) => JSON.stringify({ deep: [handle] }),
    "spread into a list": (handle) => [...handle],
    "spread into arguments": (handle) => Math.max(...handle),
    "collected by a rest element": ([, ...rest]) => rest,
    "looped over": (handle) => {
      for (const each of handle) void each;
    },
    "given to Array.from": (handle) => Array.from(handle),
    "given to Object.keys": (handle) => Object.keys(handle),
    "given to Object.entries": (handle) => Object.entries(handle),
    "spread into an object": (handle) => ({ ...handle }),
    "collected by rest properties": ({ first, ...rest }) => [first, rest],
    "walked with for...in": (handle) => {
      for (const key in handle) void key;
    },
    "asked with `in`": (handle) => "year" in handle,
    "asked with Object.hasOwn": (handle) => Object.hasOwn(handle, "year"),
    "called through a method": (handle) => handle.map((row: Row) => row.year),
    "called through toString": (handle) => handle.toString(),
    "called through a part's method": (handle) => handle[0].name.toUpperCase(),
    "joined to a path by Node": (handle) => join("data", handle),
    called: (handle) => handle(),
    "assigned to": (handle) => {
      handle.year = 1;
    },
    "deleted from": (handle) => delete handle.year,
    "defined on": (handle) => Object.defineProperty(handle, "year", { value: 1 }),
    constructed: (handle) => new handle(),
    frozen: (handle) => Object.freeze(handle),
    "an instanceof's right side": (handle) => handle instanceof handle,
  };

  test.each(Object.entries(misuses))("%s", async (name, misuse) => {
    const flow = lattice({ name: "flow" }, (path: string) => misuse(clean(path)));
    const error = await failure(trace(flow, ["a.csv"]), "HANDLE_MISUSE");
    expect(error.message).toContain("electron clean");
    expect(error.message).toContain("in lattice flow");
    expect(error.message).toMatch(/at \/.*handle\.test\.ts:\d+:\d+/);
    const line = lineIn(error) - lineOf(name);
    expect([0, 1]).toContain(line);
    expect(error.hint).toBeTruthy();
  });
});

test("a refused method is named with the way to it", async () => {
  const flow = lattice((path: string) => (clean(path) as Untyped)[0].name.trim());
  const error = await failure(trace(flow, ["a.csv"]), "HANDLE_MISUSE");
  expect(error.message).toContain("was asked to run a method (<handle clean>[0].name.trim)");
  expect(error.hint).toBe("Call the method in an electron that takes the result of clean as an argument.");
});

describe("a handle", () => {
  test("is recognised, and nothing else is", async () => {
    const seen = await insideLattice((path) => [
      isHandle(clean(path)),
      isHandle(clean(path)[0]),
      isHandle(path),
    ]);
    expect(seen).toEqual([true, true, false]);
    expect([isHandle(() => 1), isHandle({}), isHandle(clean), isHandle(null)]).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  test("is what awaiting it gives", async () => {
    const flow = lattice(async (path: string) => {
      const handle = clean(path);
      expect(Object.is(await handle, handle)).toBe(true);
      return handle;
    });
    await trace(flow, ["a.csv"]);
  });

  test("has no field `then`", async () => {
    expect(await insideLattice((path) => (clean(path) as Untyped).then === undefined)).toBe(true);
  });

  test("prints its electron and the way into its result", async () => {
    const printed = await insideLattice((path) => {
      const handle = clean(path);
      return [inspect(handle), inspect({ deep: [handle[0]?.year] }), inspect((handle as Untyped)["odd key"])];
    });
    expect(printed).toEqual([
      "<handle clean>",
      "{ deep: [ <handle clean>[0].year ] }",
      '<handle clean>["odd key"]',
    ]);
  });

  test("gives the same part each time", async () => {
    const same = await insideLattice((path) => {
      const handle = clean(path);
      return Object.is(handle[0], handle[0]) && !Object.is(handle[0], handle[1]);
    });
    expect(same).toBe(true);
  });

  test("is taken apart by destructuring, positions and names", async () => {
    const flow = lattice(() => {
      const [{ year, name }, count] = pair();
      return use(year, name, count);
    });
    const { nodes } = await trace(flow, []);
    expect(nodes.map(({ name }) => name)).toEqual([
      "pair",
      ":pair()[0]",
      ":pair()[0].year",
      ":pair()[0].name",
      ":pair()[1]",
      "use",
      ":postprocess:reconstruct",
    ]);
  });

  test("can be put into a list that is concatenated, mapped or awaited together", async () => {
    const flow = lattice(async (path: string) => {
      const both = await Promise.all([clean(path), clean(path)]);
      return use(([] as unknown[]).concat(both, clean(path)));
    });
    const { nodes } = await trace(flow, ["a"]);
    expect(nodes.filter(({ name }) => name === "clean")).toHaveLength(3);
  });
});

/** Runs code inside a lattice and gives what it found out. */
async function insideLattice<T>(code: (path: string) => T): Promise<T | undefined> {
  let found: T | undefined;
  const flow = lattice({ name: "flow" }, (path: string) => {
    found = code(path);
  });
  await trace(flow, ["a.csv"]);
  return found;
}

async function failure(promise: Promise<unknown>, code: ErrorCode): Promise<CovalentError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(CovalentError);
  if (!(error instanceof CovalentError)) throw error;
  expect(error.code).toBe(code);
  return error;
}

function lineIn(error: Error): number {
  return Number(/handle\.test\.ts:(\d+)/.exec(error.message)?.[1]);
}

/** The line of this file on which the case of that name begins. */
function lineOf(name: string): number {
  const lines = readFileSync(import.meta.filename, "utf8").split("\n");
  const key = new RegExp(`^    "?${name.replace(/[`.]/g, "\\$&")}"?: `);
  return 1 + lines.findIndex((line) => key.test(line));
}
