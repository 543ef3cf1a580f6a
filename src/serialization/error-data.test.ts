import { describe, expect, it } from "vitest";
import { errorFromData, errorToData } from "./error-data.ts";

class HttpError extends Error {
  readonly status = 404;
  readonly request = { url: "/rows" };
}

describe("an error as data", () => {
  it("is plain JSON and comes back with name, message, stack, causes and fields", () => {
    const error = new HttpError("not found", { cause: new TypeError("no rows") });
    const data = JSON.parse(JSON.stringify(errorToData(error)));
    expect(data).toMatchObject({ name: "HttpError", fields: { status: 404, request: '{ url: "/rows" }' } });
    const read = errorFromData(data);
    expect(read).toBeInstanceOf(Error);
    expect(read).toMatchObject({ name: "HttpError", message: "not found", stack: error.stack, status: 404 });
    expect(read.cause).toMatchObject({ name: "TypeError", message: "no rows" });
  });

  it("keeps the errors of an AggregateError", () => {
    const read = errorFromData(errorToData(new AggregateError([new RangeError("one")], "all")));
    expect(read).toBeInstanceOf(AggregateError);
    expect((read as AggregateError).errors[0]).toMatchObject({ name: "RangeError", message: "one" });
  });

  it("ends at a cause that leads back, and after ten", () => {
    const error = new Error("a");
    error.cause = new Error("b", { cause: error });
    expect(errorToData(error)).toMatchObject({ cause: { message: "b" } });
    expect(errorToData(error).cause).not.toHaveProperty("cause");
    let chain = new Error("0");
    for (let level = 1; level < 1_000; level++) chain = new Error(String(level), { cause: chain });
    expect(JSON.stringify(errorToData(chain)).match(/"cause"/g)).toHaveLength(10);
  });

  it.each([
    ["a string", "a string"],
    [undefined, "undefined"],
    [{ code: 5 }, "{ code: 5 }"],
  ])("is made of anything thrown: %o", (thrown, message) => {
    expect(errorToData(thrown)).toEqual({ name: "NonError", message });
  });

  it("is made of errors that throw when they are looked at", () => {
    const throws = () => {
      throw new Error("no");
    };
    const error = Object.defineProperty(new Error("kept"), "field", { get: throws, enumerable: true });
    expect(errorToData(error)).toMatchObject({ message: "kept", fields: { field: "undefined" } });
    expect(errorToData(new Proxy({}, { get: throws, getPrototypeOf: throws }))).toMatchObject({
      message: "[Proxy]",
    });
  });
});
