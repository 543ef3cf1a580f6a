import { describe, expect, it } from "vitest";
import { CovalentError } from "../model/errors.ts";
import type { Reference, Template } from "../model/template.ts";
import { resolveByLevels, resolveTemplate } from "./resolve-template.ts";
import { serialize } from "./serialize.ts";

const VALUES: Readonly<Record<string, unknown>> = {
  fits: { best: [{ slope: 1.5 }, { slope: undefined }], name: "line", empty: null },
  bytes: new Float64Array([1, 2, 3]),
  map: new Map([["a", 1]]),
  error: new RangeError("out"),
};

const at = (ref: string, ...keys: readonly (string | number)[]): Reference => {
  return { ref, size: 1, path: keys.map((key, index) => ({ key, node: 10 + index, name: `step ${key}` })) };
};

/** Templates that others refer to: the last is a pair of pairs of pairs ... which a tree would not fit into any memory. */
const TEMPLATES: Readonly<Record<string, Template>> = {
  pair: { list: [at("fits", "name"), at("bytes")] },
  ...Object.fromEntries(
    Array.from({ length: 64 }, (_, level) => {
      const below: Reference = level === 0 ? at("map") : { template: `level ${level - 1}`, size: 1 };
      return [`level ${level}`, { list: [below, below] }];
    }),
  ),
};

const load = (digest: string): Uint8Array => {
  const template = TEMPLATES[digest];
  return template === undefined ? serialize(VALUES[digest]).bytes : Buffer.from(JSON.stringify(template));
};

describe("resolveTemplate", () => {
  it("puts the payloads where the template refers to them", async () => {
    const template: Template = {
      dict: [
        ["pair", { template: "pair", size: 1 }],
        ["all", at("fits")],
      ],
    };
    expect(await resolveTemplate(template, load)).toEqual({ pair: ["line", VALUES.bytes], all: VALUES.fits });
  });

  it("loads each payload once, those of one level at the same time", async () => {
    const loaded: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const template: Template = {
      list: [at("fits"), at("bytes"), at("fits", "name"), { template: "pair", size: 1 }],
    };
    const value = await resolveTemplate(template, (digest) => {
      loaded.push(digest);
      if (loaded.length === 3) resolve();
      return promise.then(() => load(digest));
    });
    expect(loaded).toEqual(["fits", "bytes", "pair"]);
    expect(value).toEqual([VALUES.fits, VALUES.bytes, "line", ["line", VALUES.bytes]]);
  });

  it("asks for the payloads of a level together, when they can be had so", async () => {
    const asked: (readonly string[])[] = [];
    const template: Template = {
      list: [{ template: "pair", size: 1 }, at("map"), at("fits", "name"), at("fits")],
    };
    const value = await resolveByLevels(template, async (digests) => {
      asked.push(digests);
      return digests.map(load);
    });
    expect(asked).toEqual([["pair", "map", "fits"], ["bytes"]]);
    expect(value).toEqual([["line", VALUES.bytes], VALUES.map, "line", VALUES.fits]);
  });

  it("gives a list that occurs in many others as one object, however many paths lead to it", async () => {
    const top = (await resolveTemplate({ template: "level 63", size: 1 }, load)) as unknown[][];
    expect(top[0]).toBe(top[1]);
    expect(top[0]?.[0]).toBe(top[1]?.[1]);
  });

  it.each<[string, unknown, ...(string | number)[]]>([
    ["fits", 1.5, "best", 0, "slope"],
    ["fits", undefined, "best", 1, "slope"],
    ["fits", 2, "best", "length"],
    ["fits", "l", "name", 0],
    ["fits", 4, "name", "length"],
    ["bytes", 3, "length"],
    ["bytes", 2, 1],
    ["map", 1, "size"],
    ["error", "RangeError", "name"],
  ])("takes from %s the value %o by %o", async (ref, value, ...keys) => {
    expect(await resolveTemplate(at(ref, ...keys), load)).toBe(value);
  });

  it("names the node, the path so far and what was there instead", async () => {
    const error = await resolveTemplate(at("fits", "best", 2, "slope"), load).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(CovalentError);
    expect(error).toMatchObject({
      code: "PATH_NOT_FOUND",
      details: { node: 11, name: "step 2", path: ".best[2]", reason: expect.stringContaining("slope: 1.5") },
    });
  });

  it.each<[string, RegExp, ...(string | number)[]]>([
    ["fits", /there is null/, "empty", "x"],
    ["fits", /there is undefined/, "best", 1, "slope", "x"],
    ["fits", /is a method/, "best", "map"],
    ["fits", /has no "constructor"/, "constructor"],
    ["fits", /has no "__proto__"/, "__proto__"],
    ["fits", /has no "toString"/, "toString"],
    ["map", /has no "a"/, "a"],
    ["bytes", /has no 3/, 3],
  ])("finds no such thing in %s: %o", async (ref, reason, ...keys) => {
    await expect(resolveTemplate(at(ref, ...keys), load)).rejects.toMatchObject({
      code: "PATH_NOT_FOUND",
      details: { reason: expect.stringMatching(reason) },
    });
  });

  it("fails as the load of a payload fails", async () => {
    const failing = async () => {
      throw new Error("not there");
    };
    await expect(resolveTemplate({ list: [at("fits"), at("bytes")] }, failing)).rejects.toThrow("not there");
  });

  it("makes a key of __proto__, no prototype", async () => {
    const value = await resolveTemplate({ dict: [["__proto__", at("fits")]] }, load);
    expect(Object.keys(value as object)).toEqual(["__proto__"]);
  });
});
