import fc from "fast-check";
import { expect, it } from "vitest";
import { parseEvents } from "./event-parser.ts";

const text =
  ': hello\n\nid: 4\nevent: status\ndata: {"a":"b: ü"}\n\n: alive\nid: 9\n\nid: 10\nevent: cut off';

it("reads messages however the network has cut them, and not the one that was cut off", async () => {
  const bytes = Buffer.from(text);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: bytes.length }), async (cut) => {
      async function* source() {
        for (let start = 0; start < bytes.length; start += cut) yield bytes.subarray(start, start + cut);
      }
      expect(await Array.fromAsync(parseEvents(source()))).toEqual([
        { event: "message", id: "", data: "" },
        { event: "status", id: "4", data: '{"a":"b: ü"}' },
        { event: "message", id: "9", data: "" },
      ]);
    }),
  );
});
