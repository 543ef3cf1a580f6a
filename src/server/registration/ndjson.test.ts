import { expect, it } from "vitest";
import { jsonLines } from "./ndjson.ts";

async function read(chunks: readonly string[], limit = 1_000): Promise<unknown[]> {
  async function* source() {
    for (const chunk of chunks) yield Buffer.from(chunk);
  }
  return Array.fromAsync(jsonLines(source(), limit));
}

it("reads lines however they are cut, with or without a last newline", async () => {
  expect(await read(['{"a":', "1}\n\n[2", ']\n"', 'ü"'])).toEqual([{ a: 1 }, [2], "ü"]);
});

it("names the line that is not JSON", async () => {
  await expect(read(["1\n2\nx\n"])).rejects.toThrow(/line 3 is not JSON/);
});

it("holds no more of a line than the limit", async () => {
  let given = 0;
  async function* endless() {
    for (;;) {
      given += 100;
      yield Buffer.alloc(100, 0x20);
    }
  }
  await expect(Array.fromAsync(jsonLines(endless(), 1_000))).rejects.toMatchObject({
    code: "REQUEST_TOO_LARGE",
  });
  expect(given).toBeLessThan(1_500);
});
