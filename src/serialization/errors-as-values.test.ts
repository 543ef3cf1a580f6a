import { describe, expect, it } from "vitest";
import { deserialize } from "./deserialize.ts";
import { serialize } from "./serialize.ts";

const roundTrip = <T>(value: T): T => deserialize(serialize(value).bytes) as T;

class HttpError extends TypeError {
  override readonly name = "HttpError";
  readonly status: number;

  constructor(status: number) {
    super(`answered ${status}`);
    this.status = status;
  }
}

describe("an error as a value", () => {
  it.each([Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError])(
    "keeps its class %o",
    (type) => {
      const error = new type("what happened", { cause: "why" });
      const read = roundTrip(error);
      expect(read).toBeInstanceOf(type);
      expect(read).toMatchObject({
        name: error.name,
        message: error.message,
        stack: error.stack,
        cause: "why",
      });
      expect(Object.keys(read)).toEqual([]);
    },
  );

  it("keeps the name and fields of a user's class, and the built-in class below it", () => {
    const read = roundTrip(new HttpError(404));
    expect(read).toBeInstanceOf(TypeError);
    expect(read).toMatchObject({ name: "HttpError", message: "answered 404", status: 404 });
    expect(Object.keys(read)).toEqual(["name", "status"]);
  });

  it("keeps the errors of an AggregateError", () => {
    const read = roundTrip(new AggregateError([new RangeError("one"), "two"], "both"));
    expect(read).toBeInstanceOf(AggregateError);
    expect(read.errors[0]).toBeInstanceOf(RangeError);
    expect(read.errors[1]).toBe("two");
  });

  it("keeps a DOMException, which is what aborting gives", () => {
    const read = roundTrip(AbortSignal.abort().reason);
    expect(read).toBeInstanceOf(DOMException);
    expect(read).toMatchObject({ name: "AbortError", code: 20 });
  });

  it("keeps causes that lead back to the error, and that it is one object", () => {
    const inner: Error = new Error("inner");
    const outer = new Error("outer", { cause: inner });
    inner.cause = { outer, list: [inner] };
    const read = roundTrip({ outer, again: outer });
    const cause = (read.outer.cause as Error).cause as { outer: Error; list: Error[] };
    expect(read.again).toBe(read.outer);
    expect(cause.outer).toBe(read.outer);
    expect(cause.list[0]).toBe(read.outer.cause);
  });

  it("keeps fields of any kind, also one called __proto__", () => {
    const error = Object.assign(new Error("e"), { rows: new Float64Array([1]), when: new Date(0) });
    Object.defineProperty(error, "__proto__", { value: { polluted: true }, enumerable: true });
    const read = roundTrip(error);
    expect(read.rows).toEqual(new Float64Array([1]));
    expect(read.when).toEqual(new Date(0));
    expect(Object.keys(read)).toContain("__proto__");
    expect(read).toBeInstanceOf(Error);
  });

  it("has no message where there was none", () => {
    expect(Object.hasOwn(roundTrip(new Error()), "message")).toBe(false);
  });

  it("has the same bytes when it is written again", () => {
    const payload = serialize(new HttpError(500));
    expect(serialize(deserialize(payload.bytes)).digest).toBe(payload.digest);
  });
});
