import { describe, expect, it } from "vitest";
import { BrokenFrame, createFrameReader, encodeFrame, type Frame } from "./frames.ts";

function read(chunks: readonly Buffer[]): Frame[] {
  const frames: Frame[] = [];
  const reader = createFrameReader((frame) => frames.push(frame));
  for (const chunk of chunks) reader(chunk);
  return frames;
}

describe("frames", () => {
  const bytes = Buffer.concat([
    encodeFrame({ kind: "first", text: "ä" }, [Buffer.from([1, 2]), Buffer.from([3])]),
    encodeFrame({ kind: "second" }),
  ]);

  it("come out as they went in, however the bytes are cut", () => {
    for (let size = 1; size <= bytes.length; size++) {
      const chunks: Buffer[] = [];
      for (let start = 0; start < bytes.length; start += size)
        chunks.push(bytes.subarray(start, start + size));
      const [first, second, ...more] = read(chunks);
      expect(first).toEqual({ header: { kind: "first", text: "ä" }, body: Buffer.from([1, 2, 3]) });
      expect(second).toEqual({ header: { kind: "second" }, body: Buffer.alloc(0) });
      expect(more).toEqual([]);
    }
  });

  it("are not reported when their writer died in the middle of one", () => {
    expect(read([bytes.subarray(0, bytes.length - 1)])).toHaveLength(1);
  });

  it("are told from other bytes", () => {
    expect(() => read([Buffer.from("GET / HTTP/1.1\r\n")])).toThrow(BrokenFrame);
  });
});
