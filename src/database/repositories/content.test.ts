import { hash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { node, register } from "../../../test/contract/journal-manifest.ts";
import { openDatabase } from "../open.ts";

/** More than are in one block of the index. */
const VALUES = 2_500;

async function databaseWithValues(count: number) {
  const home = mkdtempSync(join(tmpdir(), "covalent-content-"));
  const database = await openDatabase({ path: join(home, "runs.sqlite"), durability: "process" });
  onTestFinished(async () => {
    await database.close();
    rmSync(home, { recursive: true });
  });
  const nodes = Array.from({ length: count }, (_, id) =>
    node(id, { type: "parameter", assets: { value: { size: 0, codec: "value", content: textOf(id) } } }),
  );
  await register(database, { nodes });
  return database;
}

const textOf = (id: number): string => `value ${id}`;
const digestOf = (id: number): string => hash("sha256", textOf(id));
const bytesOf = (bytes: Uint8Array = new Uint8Array()): string => Buffer.from(bytes).toString();
const ABSENT = hash("sha256", "nothing");

it("small values are found by digest, however long ago they were stored", async () => {
  const { assets } = await databaseWithValues(VALUES);
  const wanted = Array.from({ length: VALUES }, (_, id) => id);
  const contents = await assets.contents([ABSENT, ...wanted.map(digestOf)]);
  expect(contents.size).toBe(VALUES);
  for (const id of wanted) expect(bytesOf(contents.get(digestOf(id)))).toBe(textOf(id));
  for (const id of [0, VALUES - 1]) expect(bytesOf(await assets.content(digestOf(id)))).toBe(textOf(id));
  expect(await assets.content(ABSENT)).toBeUndefined();
});

it("which small values are there is told without those that are not", async () => {
  const { assets } = await databaseWithValues(2);
  expect(await assets.known([digestOf(0), ABSENT, digestOf(1)])).toEqual(new Set([0, 1].map(digestOf)));
  expect(await assets.known([])).toEqual(new Set());
});

it("a database without values has none", async () => {
  const { assets } = await databaseWithValues(0);
  expect(await assets.known([ABSENT])).toEqual(new Set());
});
