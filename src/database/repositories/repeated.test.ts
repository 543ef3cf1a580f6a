import { expect, test } from "vitest";
import { parseRecord } from "./json.ts";
import { repeated } from "./repeated.ts";

test("what a column says in many rows is read once and shared", () => {
  let read = 0;
  const column = repeated((text: string | null) => {
    read += 1;
    return parseRecord(text);
  });
  const first = column('{"a": 1}');
  expect(first).toEqual({ a: 1 });
  expect(column('{"a": 1}')).toBe(first);
  expect(column(null)).toBe(column(null));
  expect(read).toBe(2);
});

test("a column that says something else in every row is not kept", () => {
  let read = 0;
  const column = repeated((text: string) => {
    read += 1;
    return text;
  });
  column("first");
  for (let row = 0; row < 1_000; row++) column(`row ${row}`);
  column("first");
  expect(read).toBe(1_002);
});
