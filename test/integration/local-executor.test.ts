import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AttemptSpec, Outcome } from "../../src/executors/executor.ts";
import type { Template } from "../../src/model/template.ts";
import { serialize } from "../../src/serialization/serialize.ts";
import { attempt, describeExecutor, Recorder, returnedBy } from "../contract/executor.ts";
import { type LocalRig, localRig } from "./local-executor/rig.ts";

describeExecutor("the local executor", () => localRig());

describe("an attempt in TypeScript", () => {
  let rig: LocalRig;
  let seen: Recorder;
  const run = (spec: AttemptSpec): Promise<Outcome> => {
    rig.executor.submit([spec], seen);
    return seen.outcomeOf(spec);
  };

  beforeEach(async () => {
    rig = await localRig();
    seen = new Recorder();
  });
  afterEach(() => rig.dispose());

  it("has its output as a value, and no line of the worker in its stack", async () => {
    expect(await run(attempt(rig, "add", [2, 3]))).toMatchObject({ output: { codec: "value" } });
    const outcome = await run(attempt(rig, "boom", ["no luck"]));
    const stack = outcome.status === "failed" ? outcome.failure.stack : "";
    expect(stack).toContain("Caused by: Error: the deeper reason");
    expect(stack).not.toContain("src/worker/");
  });

  it("resolves references inside arguments", async () => {
    const { bytes, digest, size, codec } = serialize({ words: ["a", "b"] });
    const path = [
      { key: "words", node: 1, name: "words" },
      { key: 1, node: 2, name: "[1]" },
    ];
    const args: Template[] = [
      {
        list: [
          { ref: digest, size, path: [...path] },
          { ref: digest, size, path },
        ],
      },
    ];
    const spec = attempt(rig, "concat", [], {
      args,
      payloads: new Map([[digest, { digest, size, codec, inline: bytes }]]),
    });
    expect(returnedBy(await run(spec))).toBe("b+b");
  });

  it("reports a thrown value that is no error", async () => {
    const outcome = await run(attempt(rig, "throwNothing"));
    expect(outcome).toMatchObject({
      failure: { kind: "user-error", message: expect.stringContaining("undefined") },
    });
  });

  it("names the path inside a returned value that cannot be serialised", async () => {
    const outcome = await run(attempt(rig, "returnFunction"));
    expect(outcome).toMatchObject({
      failure: { kind: "output", message: expect.stringContaining("inner.run") },
    });
  });

  it("names the path that does not exist in an input", async () => {
    const { bytes, digest, size, codec } = serialize({ a: 1 });
    const args: Template[] = [
      { ref: digest, size, path: [{ key: "missing", node: 3, name: "rows.missing" }] },
    ];
    const spec = attempt(rig, "add", [], {
      args,
      payloads: new Map([[digest, { digest, size, codec, inline: bytes }]]),
    });
    expect(await run(spec)).toMatchObject({
      failure: { kind: "input", message: expect.stringContaining("missing") },
    });
  });

  it("says which electron a bundle does not have", async () => {
    const outcome = await run(attempt(rig, "nowhere"));
    expect(outcome).toMatchObject({
      failure: { kind: "code", message: expect.stringContaining("nowhere") },
    });
  });
});
