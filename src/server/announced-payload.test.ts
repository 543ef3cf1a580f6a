import { hash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type AnnouncedPayload, verified } from "./announced-payload.ts";

const sha1 = hash("sha1", "hello");

async function received(announced: AnnouncedPayload): Promise<string> {
  async function* source() {
    yield Buffer.from("hel");
    yield Buffer.from("lo");
  }
  return Buffer.concat(await Array.fromAsync(verified(source(), announced, "it"))).toString();
}

describe("bytes", () => {
  it.each<[string, AnnouncedPayload]>([
    ["nothing", {}],
    ["their size", { size: 5 }],
    ["their SHA-1 as the original names it", { clientDigest: sha1, clientDigestAlg: "sha", size: 5 }],
    ["their SHA-1 in capitals", { clientDigest: sha1.toUpperCase(), clientDigestAlg: "SHA-1" }],
    ["their SHA-256 without a name", { clientDigest: hash("sha256", "hello") }],
    ["a digest of a kind that nobody knows", { clientDigest: "x", clientDigestAlg: "crc" }],
  ])("announced by %s are passed on", async (_, announced) => {
    expect(await received(announced)).toBe("hello");
  });

  it.each<[string, AnnouncedPayload, RegExp]>([
    ["another size", { size: 6 }, /for it do not match: expected 6 bytes, got 5 bytes/],
    ["a smaller size", { size: 2 }, /expected 2 bytes, got more/],
    [
      "another digest",
      { clientDigest: "aa".repeat(20), clientDigestAlg: "sha1", size: 5 },
      new RegExp(`expected sha1 aaaa.*got ${sha1}`),
    ],
    ["half a digest", { clientDigest: sha1.slice(20), clientDigestAlg: "sha1" }, /do not match/],
  ])("announced by %s are refused", async (_, announced, message) => {
    const refusal = received(announced);
    await expect(refusal).rejects.toThrow(message);
    await expect(refusal).rejects.toMatchObject({ code: "ASSET_CORRUPT" });
  });
});
