import { expect, it } from "vitest";
import { datetimeOfIso, toDatetime, toIso } from "./times.ts";

it("writes times as the original does and reads them back", () => {
  const at = Date.UTC(2022, 7, 1, 9, 0, 0, 250);
  expect(toDatetime(at)).toBe("2022-08-01 09:00:00.250000");
  expect(toIso(toDatetime(at))).toBe("2022-08-01T09:00:00.250Z");
  expect(datetimeOfIso("2022-08-01T09:00:00.250Z")).toBe("2022-08-01 09:00:00.250000");
});

it("reads times without a fraction, and leaves alone what is no time", () => {
  expect(toIso("2022-08-01 09:00:00")).toBe("2022-08-01T09:00:00.000Z");
  expect(toIso("yesterday")).toBe("yesterday");
  expect(toIso(null)).toBeNull();
  expect(datetimeOfIso("yesterday")).toBeNull();
});
