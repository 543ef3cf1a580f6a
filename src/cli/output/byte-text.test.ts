import { expect, test } from "vitest";
import { byteText } from "./byte-text.ts";

test.each([
  [0, "0 bytes"],
  [999, "999 bytes"],
  [1_000, "1.0 kB"],
  [139_264, "139 kB"],
  [1_400_000, "1.4 MB"],
  [4_300_000_000, "4.3 GB"],
  [9e15, "9000 TB"],
])("%d bytes are %s", (bytes, text) => {
  expect(byteText(bytes)).toBe(text);
});
