import { describe, expect, test } from "vitest";
import type { CachedEntry, CachedNode } from "../database/repositories/cache-entries.ts";
import { explainCache } from "./cache-explanation.ts";

const record = { key: "k", codeDigest: "code-one", inputsDigest: "in", version: "", hit: null };
const node: CachedNode = {
  name: "fit",
  status: "COMPLETED",
  asks: true,
  codeDigest: "code-one",
  codeReason: null,
  record,
};
const entry = (more: Partial<CachedEntry> = {}): CachedEntry => ({
  key: "other",
  name: "fit",
  codeDigest: "code-one",
  inputsDigest: "in",
  version: "",
  dispatchId: "earlier",
  nodeId: 4,
  size: 1,
  createdAt: 1,
  expiresAt: null,
  ...more,
});

describe("the explanation of a miss", () => {
  const because = (...others: readonly CachedEntry[]) => explainCache(node, others).because;

  test("names what was different in the result that is most like it", () => {
    expect(because(entry({ inputsDigest: "x" }))).toBe(
      "the result that is most like it is that of node 4 of dispatch earlier, where its inputs were others",
    );
    expect(
      because(entry({ codeDigest: "code-two", nodeId: 9 }), entry({ codeDigest: "code-two", version: "2" })),
    ).toContain("node 9 of dispatch earlier, where its code was another (code-two, now code-one)");
    expect(because(entry({ version: "2" }))).toContain('its declared version was "2", now ""');
  });

  test("says when there is nothing to compare it with, or nothing different any more", () => {
    expect(because()).toBe("no other result of fit is in the cache");
    expect(because(entry())).toContain("the same result is in the cache now");
  });
});

test("a hit names whose result it is; a node that asked for nothing, or was not looked for, says so", () => {
  const hit = { dispatchId: "d", nodeId: 1 };
  expect(explainCache({ ...node, record: { ...record, hit } }, [])).toMatchObject({
    outcome: "hit",
    because: "its result is that of node 1 of dispatch d",
  });
  expect(explainCache({ ...node, asks: false }, []).outcome).toBe("not asked for");
  expect(explainCache({ ...node, codeDigest: null }, []).because).toContain("did not say what code it runs");
  expect(explainCache({ ...node, record: null, status: "NEW_OBJECT" }, []).outcome).toBe("not looked for");
});
