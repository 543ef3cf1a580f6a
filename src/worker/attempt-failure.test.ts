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
    expect(failureOf("input", error).message).toContain("Write milliseconds");
  });
});
