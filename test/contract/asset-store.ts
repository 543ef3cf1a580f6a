import { createHash } from "node:crypto";
import { lstat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AssetStore } from "../../src/storage/asset-store.ts";

/** A store for one test, and what removes it again. */
export interface StoreUnderTest {
  readonly store: AssetStore;
  dispose(): Promise<void>;
}

/** What every asset store must do. Call it in the test file of an implementation. */
export function assetStoreContract(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${name} as an asset store`, () => {
    let opened: StoreUnderTest;
    let store: AssetStore;
    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });
    afterEach(() => opened.dispose());

    describePut(() => store);
    describeAdopt(() => store);
    describeRead(() => store);
  });
}

const BYTES = Buffer.from("the bytes of an asset");
const DIGEST = sha256(BYTES);
const ABSENT = sha256(Buffer.from("never stored"));

function describePut(store: () => AssetStore): void {
  it("stores a stream of chunks under the digest of the whole", async () => {
    const asset = await store().put(chunks("the bytes", " of an ", "asset"));
    expect(asset).toEqual({ digest: DIGEST, size: BYTES.byteLength });
    expect(await content(store(), DIGEST)).toEqual(BYTES);
  });

  it("stores nothing at all as well as anything else", async () => {
    const { digest, size } = await store().put(chunks());
    expect(size).toBe(0);
    expect(await content(store(), digest)).toHaveLength(0);
  });

  it("stores several megabytes unchanged", async () => {
    const bytes = Buffer.alloc(5_000_000, "abcdefg");
    const { digest } = await store().put(chunks(bytes.subarray(0, 1_234_567), bytes.subarray(1_234_567)));
    expect(digest).toBe(sha256(bytes));
    expect(sha256(await content(store(), digest))).toBe(digest);
  });

  it("refuses bytes that are not those announced, and stores nothing", async () => {
    await expect(store().put(chunks(BYTES), ABSENT)).rejects.toMatchObject({ code: "ASSET_CORRUPT" });
    expect(await store().has(ABSENT)).toBe(false);
    expect(await store().has(DIGEST)).toBe(false);
  });

  it("stores nothing when the source breaks off, and passes the source's error on", async () => {
    const source = async function* () {
      yield BYTES;
      throw new Error("connection lost");
    };
    await expect(store().put(source())).rejects.toThrow("connection lost");
    expect(await store().has(DIGEST)).toBe(false);
  });

  it("takes the same bytes from any number of callers at once", async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => store().put(chunks(BYTES))));
    expect(new Set(all.map(({ digest }) => digest))).toEqual(new Set([DIGEST]));
    expect(await content(store(), DIGEST)).toEqual(BYTES);
  });
}

function describeAdopt(store: () => AssetStore): void {
  it("takes a finished file over", async () => {
    const file = join(store().stagingDirectory, "result");
    await writeFile(file, BYTES);
    expect(await store().adopt(file, DIGEST)).toEqual({ digest: DIGEST, size: BYTES.byteLength });
    expect(await content(store(), DIGEST)).toEqual(BYTES);
    await expect(lstat(file)).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("refuses a file whose bytes are not those announced", async () => {
    const file = join(store().stagingDirectory, "result");
    await writeFile(file, BYTES);
    await expect(store().adopt(file, ABSENT)).rejects.toMatchObject({ code: "ASSET_CORRUPT" });
    expect(await store().has(ABSENT)).toBe(false);
  });

  it("believes a trusted caller about the digest", async () => {
    const file = join(store().stagingDirectory, "result");
    await writeFile(file, BYTES);
    await store().adopt(file, DIGEST, { trusted: true });
    expect(await content(store(), DIGEST)).toEqual(BYTES);
  });

  it("can be asked again for a file that it took over before", async () => {
    const file = join(store().stagingDirectory, "result");
    await writeFile(file, BYTES);
    const first = await store().adopt(file, DIGEST);
    expect(await store().adopt(file, DIGEST)).toEqual(first);
  });

  it("says so when there is no such file", async () => {
    const file = join(store().stagingDirectory, "nothing");
    await expect(store().adopt(file, ABSENT)).rejects.toMatchObject({ code: "ASSET_NOT_FOUND" });
  });
}

function describeRead(store: () => AssetStore): void {
  it("says when there is no such asset", async () => {
    await expect(store().read(ABSENT)).rejects.toMatchObject({ code: "ASSET_NOT_FOUND" });
    expect(await store().has(ABSENT)).toBe(false);
    expect(await store().size(ABSENT)).toBeUndefined();
  });

  it("knows sizes", async () => {
    await store().put(chunks(BYTES));
    expect(await store().size(DIGEST)).toBe(BYTES.byteLength);
  });

  it.each([
    [0, 9],
    [4, 9],
    [4, 4],
    [10, 1_000],
    [1_000, 2_000],
  ])("reads the range from %i to %i as Buffer.subarray does", async (start, end) => {
    await store().put(chunks(BYTES));
    const bytes = await buffer(await store().read(DIGEST, { start, end }));
    expect(bytes).toEqual(BYTES.subarray(start, end));
  });

  it("refuses ranges that run backwards", async () => {
    await store().put(chunks(BYTES));
    await expect(store().read(DIGEST, { start: 5, end: 2 })).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
    });
  });

  it.each(["../../etc/passwd", `${"a".repeat(63)}/`, DIGEST.toUpperCase(), `${DIGEST}\n`, ""])(
    "makes no path of %j, which is no digest",
    async (digest) => {
      const refusal = { code: "INVALID_ARGUMENT" };
      expect(() => store().pathOf(digest)).toThrow(expect.objectContaining(refusal));
      await expect(store().read(digest)).rejects.toMatchObject(refusal);
      await expect(store().has(digest)).rejects.toMatchObject(refusal);
      await expect(store().size(digest)).rejects.toMatchObject(refusal);
      await expect(store().put(chunks(BYTES), digest)).rejects.toMatchObject(refusal);
    },
  );
}

async function* chunks(...parts: readonly (string | Uint8Array)[]): AsyncIterable<Uint8Array> {
  for (const part of parts) yield typeof part === "string" ? Buffer.from(part) : part;
}

async function content(store: AssetStore, digest: string): Promise<Buffer> {
  return buffer(await store.read(digest));
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
