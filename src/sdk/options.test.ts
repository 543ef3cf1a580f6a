import { expect, test } from "vitest";
import { electron } from "./electron.ts";
import { lattice } from "./lattice.ts";
import { electronOptions, latticeOptions } from "./options.ts";

test("options are kept as they are given, and frozen", () => {
  const given = {
    executor: { name: "slurm", partition: "long" },
    retries: 0,
    timeout: "1.5m" as const,
    env: { A: "" },
  };
  expect(electronOptions({ ...given, workdir: undefined })).toEqual(given);
  expect(Object.isFrozen(electronOptions({}))).toBe(true);
  expect(latticeOptions({ tags: ["a"], workflowExecutor: "local" })).toEqual({
    tags: ["a"],
    workflowExecutor: "local",
  });
});

test.each([
  ["retry", 'did you mean "retries"?'],
  ["time_out", 'did you mean "timeout"?'],
  ["Executor", 'did you mean "executor"?'],
  ["colour", "there are name, executor, retries, lostAttempts, atMostOnce, timeout, env, workdir"],
  ["toString", "there are name,"],
])("an unknown option, %s, names the nearest one or all", (option, advice) => {
  expect(() => electronOptions({ [option]: 1 })).toThrow(`the option ${option} of electron() is not known; `);
  expect(() => electronOptions({ [option]: 1 })).toThrow(advice);
});

test.each([
  [{ name: " " }, "must be a text that is not empty"],
  [{ name: ":parameter:" }, "must not start with ':'"],
  [{ executor: 1 }, "must be a name, or an object"],
  [{ executor: { partition: "long" } }, "must be a name, or an object"],
  [{ retries: 1.5 }, "must be a whole number"],
  [{ retries: {} }, "must have a whole number, 0 or more (count)"],
  [{ retries: { count: 1, delays: 1 } }, "has no delays; there are count, delay,"],
  [{ retries: { count: 1, delay: "soon" } }, "soon is not a duration"],
  [{ retries: { count: 1, factor: 0.5 } }, "must have a number, 1 or more (factor)"],
  [{ retries: { count: 1, jitter: 2 } }, "must have a number from 0 to 1 (jitter)"],
  [{ retries: { count: 1, retryOn: "timeout" } }, "must have a list of error classes"],
  [{ retries: { count: 1, retryOn: [() => true] } }, "must have a list of error classes"],
  [{ lostAttempts: -1 }, "must be a whole number, 0 or more"],
  [{ atMostOnce: 1 }, "must be true or false"],
  [{ priority: 0.5 }, "must be a whole number"],
  [{ concurrency: 0 }, "must be a whole number, 1 or more"],
  [{ tags: "gpu" }, "must be a list of texts"],
  [{ retries: -1 }, "must be a whole number"],
  [{ timeout: "soon" }, "soon is not a duration"],
  [{ timeout: 0 }, "must be longer than 0"],
  [{ timeout: null }, "must be a duration"],
  [{ env: { A: 1 } }, "must be an object whose values are texts"],
  [{ env: ["A=1"] }, "must be an object whose values are texts"],
  [{ workdir: "" }, "must be a text"],
])("the option %o is refused", (options, reason) => {
  expect(() => electronOptions(options)).toThrow(reason);
});

test("a lattice's tags are a list of texts", () => {
  expect(() => latticeOptions({ tags: "a" })).toThrow("the option tags of lattice() must be a list of texts");
});

test("a declaration without a plain function says what is wrong", () => {
  const declare: (...args: never[]) => unknown = electron;
  const attempt =
    (...args: unknown[]) =>
    () =>
      declare(...(args as never[]));
  expect(attempt()).toThrow("electron() needs a function: electron(fn) or electron(options, fn)");
  expect(attempt({ retries: 1 })).toThrow("needs a function");
  expect(attempt(() => 1, {})).toThrow("electron(options, fn) takes the options first");
  expect(attempt([], () => 1)).toThrow("the options must be an object");
  const known = electron({ name: "known" }, () => 1);
  expect(attempt(known)).toThrow(
    "known is an electron already; give electron() its function, known.function",
  );
  const flow = lattice({ name: "flow" }, () => 1);
  expect(() => lattice(flow)).toThrow("flow is a lattice already");
});
