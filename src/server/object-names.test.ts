import { expect, it } from "vitest";
import {
  codecOf,
  DISPATCH_KEYS,
  LATTICE_KEYS,
  NODE_KEYS,
  objectNameOf,
  parseObjectName,
} from "./object-names.ts";

const dispatchId = "6f1c2b44-9d0e-4a57-8f35-0a7c5d1e2b3f";

it("gives every asset the original's file name, and reads it back", () => {
  for (const key of [...DISPATCH_KEYS, ...LATTICE_KEYS]) {
    const name = { dispatchId, nodeId: null, key };
    expect(parseObjectName(objectNameOf(name) ?? "")).toEqual(name);
  }
  for (const key of NODE_KEYS) {
    const name = { dispatchId, nodeId: 12, key };
    expect(parseObjectName(objectNameOf(name) ?? "")).toEqual(name);
  }
  expect(objectNameOf({ dispatchId, nodeId: 3, key: "output" })).toBe(`${dispatchId}/node_3/results.tobj`);
});

it("knows how the original's files are to be read", () => {
  expect(codecOf({ dispatchId, nodeId: 0, key: "output" })).toBe("pickle");
  expect(codecOf({ dispatchId, nodeId: 0, key: "stdout" })).toBe("text");
});

it.each([
  "",
  "..",
  "../../etc/passwd",
  `${dispatchId}/../${dispatchId}/results.tobj`,
  `${dispatchId}/node_1/../../x`,
  `${dispatchId}/node_-1/results.tobj`,
  `${dispatchId}/node_1/constructor`,
  `${dispatchId}/toString`,
  `${dispatchId}/node_1/results.tobj/`,
  `${dispatchId}\0/results.tobj`,
  "not-an-id/results.tobj",
])("refuses %j, which names no asset", (name) => {
  expect(() => parseObjectName(name)).toThrowError(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
});
