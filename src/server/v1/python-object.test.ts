import { expect, it } from "vitest";
import { pythonObject } from "../../../test/contract/python-object.ts";
import { pickleSource, readPythonObject } from "./python-object.ts";

const PICKLE = Buffer.from([0x80, 0x04, 0x4b, 0x01, 0x2e, 0x27, 0x5c, 0x0a]);

it("the text and the pickle of a stored value are read without unpickling it", () => {
  const bytes = pythonObject("['π', 1]", PICKLE);
  expect(readPythonObject(bytes, bytes.length)).toEqual({ text: "['π', 1]", pickle: PICKLE });
  expect(pickleSource(PICKLE)).toBe("import pickle\npickle.loads(b'\\x80\\x04K\\x01.\\'\\\\\\x0a')");
});

it("of a large one, of which only the beginning is read, the text is shown and the pickle is not", () => {
  const bytes = pythonObject("big", Buffer.alloc(10_000));
  expect(readPythonObject(bytes.subarray(0, 500), bytes.length)).toEqual({ text: "big", pickle: undefined });
});

it.each([
  ["nothing", Buffer.alloc(0)],
  ["a bare pickle", Buffer.from([0x80, 0x04, 0x95, ...Buffer.alloc(40, 0x20)])],
  ["offsets beyond the end", Buffer.alloc(64, 0xff)],
  ["a text", Buffer.from("a text that is long enough to have offsets")],
  [
    "offsets in the wrong order",
    Buffer.concat([Buffer.from("0000000000000020" + "0000000000000010", "hex"), Buffer.alloc(64)]),
  ],
])("%s is no such value", (_, bytes) => {
  expect(readPythonObject(bytes, bytes.length)).toBeUndefined();
});
