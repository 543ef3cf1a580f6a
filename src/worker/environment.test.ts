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

const PROPERTY = { value: "1", configurable: true, enumerable: true, writable: true };
