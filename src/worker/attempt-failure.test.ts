import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { CovalentError } from "../model/errors.ts";
import { failureOf } from "./attempt-failure.ts";

describe("a failure", () => {
  it("has the causes in the text of its stack, each once", () => {
    const inner = new Error("inner");
    const outer = new RangeError("outer", { cause: inner });
    inner.cause = outer;
    const failure = failureOf("user-error", outer);
    expect(failure).toMatchObject({ kind: "user-error", name: "RangeError", message: "outer" });
    expect(failure.stack?.match(/Caused by: Error: inner/g)).toHaveLength(1);
    expect(failure.stack?.match(/RangeError: outer/g)).toHaveLength(1);
  });

  it.each([["text"], [undefined], [null], [{ code: 7 }], [Object.create(null)]])(
    "says what was thrown: %o",
    (thrown) => {
      const failure = failureOf("user-error", thrown);
      expect(failure.name).toBe("NonError");
      expect(failure.message).toContain("not an Error");
    },
  );

  it("keeps the hint of an error of ours", () => {
    const error = new CovalentError("INVALID_DURATION", { duration: "soon" });
    expect(failureOf("input", error).message).toContain("soon is not a duration. Write milliseconds");
  });

  it("says how to clone `process.env`, which is watched in a worker", () => {
    const watched = new Proxy({}, {});
    try {
      structuredClone({ env: watched });
      expect.unreachable();
    } catch (error) {
      expect(failureOf("user-error", error).message).toContain("give it a copy: { ...process.env }");
    }
  });

  it("has the user's frames and none of this package's, as it runs or as source maps name it", () => {
    const root = new URL("../../", import.meta.url);
    const error = new Error("bad");
    error.stack = [
      "Error: bad",
      "    at fit (/home/ada/fits/src/steps.ts:3:9)",
      `    at runAttempt (${new URL("dist/worker/run-attempt.js", root).href}:43:25)`,
      `    at async runAttempt (${fileURLToPath(new URL("src/worker/run-attempt.ts", root))}:43:25)`,
      `    at async call (${fileURLToPath(new URL("src/sdk/electron.ts", root))}:1:2)`,
      "    at async node:internal/main/run_main_module:36:49",
    ].join("\n");
    expect(failureOf("user-error", error).stack).toBe(
      "Error: bad\n    at fit (/home/ada/fits/src/steps.ts:3:9)",
    );
  });

  it("of a result that cannot be serialised has no frames but those of what the user's getter threw", () => {
    const cause = new Error("no rows");
    cause.stack = "Error: no rows\n    at rows (/home/ada/fits/src/steps.ts:3:9)";
    const details = { what: "the result of fit", reason: "reading it throws", advice: "Return data." };
    const error = new CovalentError("UNSERIALIZABLE", details, { cause });
    error.stack = `${error.stack}\n    at stringify (/home/ada/fits/node_modules/devalue/src/stringify.js:7:7)`;
    const head = "CovalentError: the result of fit cannot be serialised: reading it throws";
    const stack = error.stack.replace(/^.*?: /, "CovalentError: ");
    error.stack = stack;
    expect(failureOf("output", error).stack).toBe(`${head}\nCaused by: ${cause.stack}`);
  });

  it("is cut where it is very long, and says by how much, without losing its frames", () => {
    const failure = failureOf("user-error", new Error("x".repeat(1_000_000)));
    expect(failure.message).toMatch(/x… \[983616 more characters\]$/);
    expect(failure.message.length).toBeLessThan(17_000);
    const error = new Error("short");
    error.stack = `Error: ${"y".repeat(100_000)}\n    at fit (/home/ada/steps.ts:3:9)`;
    expect(failureOf("user-error", error).stack).toMatch(/more characters\]\n {4}at fit/);
    error.stack = `Error: short${"\n    at fit (/home/ada/steps.ts:3:9)".repeat(10_000)}`;
    expect(failureOf("user-error", error).stack?.length).toBeLessThan(66_000);
  });

  it("has the error as data, with its causes and own fields, bounded in size", () => {
    const cause = new Error("refused");
    const error = Object.assign(new Error("no connection", { cause }), { code: "ECONNREFUSED" });
    expect(failureOf("user-error", error).data).toMatchObject({
      message: "no connection",
      cause: { message: "refused" },
      fields: { code: "ECONNREFUSED" },
    });
    const many = Array.from({ length: 20 }, () => new Error("z".repeat(100_000)));
    const { data } = failureOf("user-error", new AggregateError(many, "all failed"));
    expect(data).toMatchObject({ name: "AggregateError", message: "all failed" });
    expect(JSON.stringify(data).length).toBeLessThan(300_000);
  });

  it("is made of errors whose own fields throw when they are read", () => {
    const error = Object.defineProperty(new Error("bad"), "name", {
      get() {
        throw new Error("worse");
      },
    });
    expect(failureOf("user-error", error)).toMatchObject({ name: "Error", message: "bad" });
  });
});
