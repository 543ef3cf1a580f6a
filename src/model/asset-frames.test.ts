import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";
import { encodeAssetFrameHead } from "./asset-frame.ts";
import { assetFrames } from "./asset-frames.ts";

const digest = randomBytes(32).toString("hex");

async function read(chunks: readonly Uint8Array[]) {
  const frames: { digest: string; content: string }[] = [];
  async function* source() {
    yield* chunks;
  }
  for await (const frame of assetFrames(source())) {
    const parts: Uint8Array[] = [];
    for await (const part of frame.content) parts.push(part);
    frames.push({ digest: frame.digest, content: Buffer.concat(parts).toString("hex") });
  }
  return frames;
}

function frame(content: Uint8Array): Uint8Array[] {
  return [encodeAssetFrameHead({ digest, size: content.length }), content];
}

it("reads the frames of a batch however the network has cut it", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 50 })),
      fc.integer({ min: 1, max: 60 }),
      async (contents, cut) => {
        const bytes = Buffer.concat(contents.flatMap(frame));
        const chunks = Array.from({ length: Math.ceil(bytes.length / cut) }, (_, index) =>
          bytes.subarray(index * cut, (index + 1) * cut),
        );
        const expected = contents.map((content) => ({
          digest,
          content: Buffer.from(content).toString("hex"),
        }));
        expect(await read(chunks)).toEqual(expected);
      },
    ),
  );
});

it("says so when the stream ends inside a frame", async () => {
  const bytes = Buffer.concat(frame(Buffer.from("content")));
  await expect(read([bytes.subarray(0, 45)])).rejects.toThrow(/lacks 2 of its 7 bytes/);
  await expect(read([bytes.subarray(0, 12)])).rejects.toThrow(/head is not complete/);
});
