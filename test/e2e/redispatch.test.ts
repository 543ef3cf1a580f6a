import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dispatch, getResult, redispatch, start } from "covalent-ts";
import { beforeEach, describe, expect, test } from "vitest";
import { served } from "./served.ts";
import { outer, pipeline, product } from "./workflows/repeated.ts";

/** Real workers: what has run is what has left its name in the journal. */
const there = served();
let journal: string;
let count = 0;

beforeEach(() => {
  journal = join(there.scratch, `journal-${count++}`);
});

/** What has run since it was asked last, in the order of the alphabet. */
async function ranSince(): Promise<string[]> {
  const lines = (await readFile(journal, "utf8").catch(() => "")).split("\n").filter((line) => line !== "");
  await writeFile(journal, "");
  return lines.sort();
}

const ready = () => writeFile(`${journal}.ready`, "");
const ended = (id: string) => getResult(id, { ...there.server, wait: true });

/** The pipeline over 1, 2 and 3: complete, or failed at the sum. */
async function first(how: "complete" | "failed"): Promise<string> {
  if (how === "complete") await ready();
  const id = await dispatch(pipeline, there.server)(journal, [1, 2, 3], "sum");
  const { status, result } = await ended(id);
  expect([status, result]).toEqual(how === "complete" ? ["COMPLETED", "sum: 60"] : ["FAILED", undefined]);
  await ranSince();
  return id;
}

describe("redispatch()", () => {
  test("resumes a run that failed: what had completed is kept, and only the rest runs", async () => {
    const id = await first("failed");
    await ready();
    const again = await redispatch(id, { ...there.server, resume: true });
    const { status, result } = await ended(again);
    expect([status, result]).toEqual(["COMPLETED", "sum: 60"]);
    expect(await ranSince()).toEqual(["report", "sum"]);
    expect((await ended(id)).status).toBe("FAILED");
    expect(again).not.toBe(id);
  });

  test("runs all of it again, or nothing when everything is there", async () => {
    const id = await first("complete");
    expect((await ended(await redispatch(id, there.server))).result).toBe("sum: 60");
    const all = ["load", "report", "scaled 1", "scaled 2", "scaled 3", "sum"];
    expect(await ranSince()).toEqual(all);
    expect((await ended(await redispatch(id, { ...there.server, reusePreviousResults: true }))).result).toBe(
      "sum: 60",
    );
    expect(await ranSince()).toEqual([]);
  });

  test("takes other arguments: the stored lattice is traced again, and what they do not touch is kept", async () => {
    const id = await first("complete");
    const again = await redispatch(id, {
      ...there.server,
      args: [journal, [1, 2, 3], "total"],
      reusePreviousResults: true,
    });
    const { result, inputs } = await ended(again);
    expect(result).toBe("total: 60");
    expect(await inputs()).toEqual({ args: [journal, [1, 2, 3], "total"], kwargs: {} });
    expect(await ranSince()).toEqual(["report"]);
    const other = await redispatch(again, { ...there.server, args: [journal, [1, 5], "total"] });
    expect((await ended(other)).result).toBe("total: 60");
    expect(await ranSince()).toEqual(["load", "report", "scaled 1", "scaled 5", "sum"]);
  });

  test("runs a replaced electron and what builds on it, and nothing else", async () => {
    const id = await first("complete");
    const options = { ...there.server, replaceElectrons: { sum: product }, reusePreviousResults: true };
    const replaced = await redispatch(id, options);
    expect((await ended(replaced)).result).toBe("sum: 6000");
    expect(await ranSince()).toEqual(["product", "report"]);
    // It is another electron by now, and the one that is asked to run again runs again.
    const twice = { ...there.server, replaceElectrons: { sum: product }, reusePreviousResults: true };
    expect((await ended(await redispatch(replaced, twice))).result).toBe("sum: 6000");
    expect(await ranSince()).toEqual(["product", "report"]);
  });

  test("says which electrons there are when it is to replace another, and refuses what is none", async () => {
    const id = await first("complete");
    await expect(redispatch(id, { ...there.server, replaceElectrons: { other: product } })).rejects.toThrow(
      "lattice pipeline calls no electron other that could be replaced; it calls load, scaled, sum, report",
    );
    const plain = { sum: (() => 1) as never };
    await expect(redispatch(id, { ...there.server, replaceElectrons: plain })).rejects.toThrow(
      /takes electrons/,
    );
    await expect(redispatch(id, { ...there.server, args: "x" as never })).rejects.toThrow(/takes the list/);
    await expect(redispatch(id, { ...there.server, lattice: (() => 1) as never })).rejects.toThrow(
      /takes a lattice, not the function/,
    );
  });

  test("takes the lattice as the program has it now", async () => {
    const id = await first("failed");
    await ready();
    const again = await redispatch(id, { ...there.server, lattice: pipeline, resume: true });
    expect((await ended(again)).result).toBe("sum: 60");
    expect(await ranSince()).toEqual(["report", "sum"]);
  });

  test("keeps what a sublattice returned, lists and objects of handles too", async () => {
    const id = await dispatch(outer, there.server)(journal, 7);
    expect((await ended(id)).status).toBe("FAILED");
    expect(await ranSince()).toEqual(["scaled 7", "scaled 7", "sum"]);
    await ready();
    const { status, result } = await ended(await redispatch(id, { ...there.server, resume: true }));
    expect({ status, result }).toEqual({
      status: "COMPLETED",
      result: { parts: { first: 14, list: [21, "text"] }, total: 14 },
    });
    expect(await ranSince()).toEqual(["sum"]);
  });

  test("waits for a run that goes on, or refuses it, where its results are asked for", async () => {
    await ready();
    const id = await dispatch(pipeline, { ...there.server, run: false })(journal, [1], "t");
    await expect(redispatch(id, { ...there.server, resume: true })).rejects.toMatchObject({
      code: "DISPATCH_NOT_ENDED",
      details: { status: "NEW_OBJECT" },
    });
    await start(id, there.server);
    const again = await redispatch(id, { ...there.server, resume: true, wait: true });
    expect((await ended(again)).result).toBe("t: 10");
    expect(await ranSince()).toEqual(["load", "report", "scaled 1", "sum"]);
  });

  test("throws what the stored lattice throws", async () => {
    const id = await first("complete");
    await expect(redispatch(id, { ...there.server, args: [journal, null as never, "t"] })).rejects.toThrow(
      expect.objectContaining({ name: "TypeError", stack: expect.stringContaining("repeated.ts") }),
    );
  });
});
