import { describe, expect, it } from "vitest";
import { serialize } from "../serialization/serialize.ts";
import { serializeResult } from "./serialize-result.ts";

describe("a result", () => {
  it("is serialised like any other value", () => {
    expect(serializeResult({ slope: 1.5 }, "fit").digest).toBe(serialize({ slope: 1.5 }).digest);
  });

  it("that cannot be serialised is named by its electron and the path inside it", () => {
    expect(() => serializeResult({ a: [1, { model: () => 1 }] }, "fit")).toThrow(
      /^the result of fit, value\.a\[1\]\.model, cannot be serialised: /,
    );
    expect(() => serializeResult(() => 1, "fit")).toThrow(/^the result of fit cannot be serialised: /);
  });

  it("keeps what a getter threw as the cause", () => {
    const value = {
      get rows(): never {
        throw new RangeError("no rows");
      },
    };
    expect(() => serializeResult(value, "fit")).toThrow(
      expect.objectContaining({ cause: expect.objectContaining({ message: "no rows" }) }),
    );
  });
});
