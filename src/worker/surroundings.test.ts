import { tmpdir } from "node:os";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { enterSurroundings } from "./surroundings.ts";

const home = process.cwd();
let before: string;

beforeEach(() => {
  before = JSON.stringify(process.env);
});
afterEach(() => {
  process.chdir(home);
  for (const name of ["FROM_MODULE", "OWN"]) delete process.env[name];
});

function attemptWith(env: Readonly<Record<string, string>>) {
  return { dispatchId: "dispatch", nodeId: 1, env, workdir: null };
}

describe("what a module changes when it is loaded", () => {
  it("is found by every task of its code, and by no other", () => {
    const first = enterSurroundings(attemptWith({}), null);
    process.env.FROM_MODULE = "dotenv";
    const ofCode = first.codeLoaded();
    expect(process.env.FROM_MODULE).toBe("dotenv");
    first.leave();
    expect(JSON.stringify(process.env)).toBe(before);

    const second = enterSurroundings(attemptWith({}), ofCode);
    expect(process.env.FROM_MODULE).toBe("dotenv");
    second.leave();
    expect(JSON.stringify(process.env)).toBe(before);
  });

  it("does not replace what the task asked for", () => {
    const first = enterSurroundings(attemptWith({ OWN: "task" }), null);
    process.env.OWN = "module";
    process.chdir(tmpdir());
    const ofCode = first.codeLoaded();
    expect(process.env.OWN).toBe("task");
    expect(process.cwd()).toBe(home);
    first.leave();
    expect(JSON.stringify(process.env)).toBe(before);

    const second = enterSurroundings(attemptWith({}), ofCode);
    expect(process.env.OWN).toBe("module");
    second.leave();
  });
});

it("what a task changes itself stays, for others to see", () => {
  const { leave } = enterSurroundings(attemptWith({ OWN: "task" }), new Map());
  process.env.OWN = "changed";
  leave();
  expect(process.env.OWN).toBe("changed");
});
