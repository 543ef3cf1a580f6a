import { execFileSync } from "node:child_process";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { environmentText, lend, watchEnvironment } from "./environment.ts";

const original = process.env;

beforeAll(() => watchEnvironment());

afterEach(() => {
  for (const name of ["WRITTEN", "LENT"]) delete process.env[name];
});

describe("the watched environment", () => {
  it.each([
    ["a variable that is set", () => Reflect.set(process.env, "WRITTEN", "1")],
    ["one that is defined", () => Object.defineProperty(process.env, "WRITTEN", PROPERTY)],
    ["several at once", () => Object.assign(process.env, { WRITTEN: "1" })],
  ])("differs with %s, and is the same again without it", (_, write) => {
    const before = environmentText();
    write();
    expect(environmentText()).not.toBe(before);
    delete process.env.WRITTEN;
    expect(environmentText()).toBe(before);
  });

  it("differs when something else is put in its place", () => {
    const before = environmentText();
    const watched = process.env;
    process.env = { ...watched, WRITTEN: "1" };
    expect(environmentText()).not.toBe(before);
    process.env = watched;
  });

  it("shows what is lent to a task, and takes no note of it", () => {
    const before = environmentText();
    lend("LENT", "yes");
    expect([process.env.LENT, original.LENT]).toEqual(["yes", "yes"]);
    expect(environmentText()).toBe(before);
    lend("LENT", undefined);
    expect("LENT" in process.env).toBe(false);
  });
});

/** What a task may do with its environment. */
const USES: Readonly<Record<string, (env: NodeJS.ProcessEnv) => unknown>> = {
  "a copy": (env) => ({ ...env }).LENT,
  "its names": (env) => [Object.keys(env).includes("LENT"), Reflect.ownKeys(env).includes("LENT")],
  "asking whether there is one": (env) => ["LENT" in env, Object.hasOwn(env, "LENT"), "ABSENT" in env],
  "taking one away": (env) => [Reflect.set(env, "WRITTEN", "1"), delete env.WRITTEN, "WRITTEN" in env],
  "a number, which becomes a text": (env) => [Reflect.set(env, "WRITTEN", 5), env.WRITTEN],
  "its description": (env) => Object.getOwnPropertyDescriptor(env, "LENT"),
  "an object that inherits from it": (env) => {
    const inherits = Object.assign(Object.create(env), { WRITTEN: "1" });
    return [Object.hasOwn(inherits, "WRITTEN"), inherits.LENT, env.WRITTEN];
  },
  "the time zone, at once": (env) => {
    const before = env.TZ;
    env.TZ = "Asia/Tokyo";
    const hours = new Date(0).getHours();
    if (before === undefined) delete env.TZ;
    else env.TZ = before;
    return hours;
  },
  "a child process": () => execFileSync("printenv", ["LENT"], { encoding: "utf8" }),
};

describe("the watched environment is used like any other:", () => {
  it.each(Object.entries(USES))("%s", (_, use) => {
    lend("LENT", "yes");
    const expected = use(original);
    delete process.env.WRITTEN;
    expect(use(process.env)).toEqual(expected);
    lend("LENT", undefined);
  });
});

const PROPERTY = { value: "1", configurable: true, enumerable: true, writable: true };
