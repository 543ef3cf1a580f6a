import { describe, expect, test } from "vitest";
import { findRevision } from "./find-revision.ts";
import { HEAD } from "./history.ts";

describe("a revision is found by", () => {
  test.each<[string, string | null, string | null]>([
    ["7e9fb153ecfb", null, "7e9fb153ecfb"],
    ["1142", null, "1142d81b29b8"],
    ["head", null, HEAD],
    ["base", HEAD, null],
    ["-1", "9b9d58f02985", "b60c5ecdf927"],
    ["-2", "9b9d58f02985", null],
    ["+1", null, "b60c5ecdf927"],
    ["+2", "b60c5ecdf927", "9f1271ef662a"],
  ])("%s, at %s", (name, current, revision) => {
    expect(findRevision(name, current)).toBe(revision);
  });

  test.each([
    ["a misspelling", "7e9fb153ecfc"],
    ["too little of an id", "7e9"],
    ["more steps than there are", "-99"],
    ["nothing", ""],
  ])("nothing else: %s", (_, name) => {
    expect(() => findRevision(name, "9b9d58f02985")).toThrow(
      expect.objectContaining({ code: "REVISION_NOT_FOUND" }),
    );
  });
});
