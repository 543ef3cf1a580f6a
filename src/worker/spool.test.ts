import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ResultRecord, StartedRecord } from "./protocol.ts";
import { encodeRecord, openSpool, readSpool } from "./spool.ts";

describe("a spool", () => {
  let directory: string;
  let path: string;
  const started = (token: string): StartedRecord => ({ kind: "started", token, at: 1, stdout: 0, stderr: 0 });
  const result = (token: string): ResultRecord => ({
    kind: "result",
    token,
    startedAt: 1,
    endedAt: 2,
    stdout: { start: 0, end: 0 },
    stderr: { start: 0, end: 0 },
    outcome: { status: "failed", failure: { kind: "user-error", name: "Error", message: token } },
    spooledFrom: 0,
  });

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "covalent-spool-"));
    path = join(directory, "spool");
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it("tells what was started, what ended and what was taken back", () => {
    const spool = openSpool(path);
    spool.append(encodeRecord(started("a")));
    spool.append(encodeRecord(result("a"), Buffer.from("value")));
    spool.append(encodeRecord(started("b")));
    spool.append(encodeRecord(started("c")));
    spool.append(encodeRecord({ kind: "unstarted", token: "c" }));
    const attempts = readSpool(path);
    expect([...(attempts?.keys() ?? [])]).toEqual(["a", "b"]);
    expect(attempts?.get("a")?.result).toEqual({ record: result("a"), body: Buffer.from("value") });
    expect(attempts?.get("b")).toEqual({ started: started("b"), result: null });
  });

  it("has what was deferred in front of the next record, or once it is flushed", () => {
    const spool = openSpool(path);
    spool.append(encodeRecord(started("a")));
    spool.defer(encodeRecord(result("a")));
    expect(readSpool(path)?.get("a")?.result).toBeNull();
    const offset = spool.size;
    spool.append(encodeRecord(started("b")));
    expect(readSpool(path)?.get("a")?.result?.record).toEqual(result("a"));
    expect([...(readSpool(path, offset)?.keys() ?? [])]).toEqual(["b"]);
    spool.defer(encodeRecord(result("b")));
    spool.flush();
    spool.flush();
    expect(readSpool(path, offset)?.get("b")).toEqual({
      started: started("b"),
      result: { record: result("b"), body: Buffer.alloc(0) },
    });
  });

  it("counts a record that was cut short as not written", () => {
    openSpool(path).append(encodeRecord(started("a")));
    appendFileSync(path, encodeRecord(result("a")).subarray(0, 40));
    expect(readSpool(path)?.get("a")).toEqual({ started: started("a"), result: null });
  });

  it("keeps the first of two results", () => {
    const spool = openSpool(path);
    spool.append(encodeRecord(result("a"), Buffer.from("first")));
    spool.append(encodeRecord(result("a"), Buffer.from("second")));
    expect(readSpool(path)?.get("a")?.result?.body.toString()).toBe("first");
  });

  it("is read from an offset on", () => {
    const spool = openSpool(path);
    spool.append(encodeRecord(started("a")));
    const offset = spool.size;
    spool.append(encodeRecord(started("b")));
    expect([...(readSpool(path, offset)?.keys() ?? [])]).toEqual(["b"]);
  });

  it("ends where something else than a record begins", () => {
    openSpool(path).append(encodeRecord(started("a")));
    appendFileSync(path, Buffer.alloc(64));
    expect([...(readSpool(path)?.keys() ?? [])]).toEqual(["a"]);
  });

  it("that cannot be read now is not taken for one that is gone", () => {
    expect(() => readSpool(directory)).toThrow("EISDIR");
  });

  it("knows when its file has been removed", () => {
    const spool = openSpool(path);
    expect(spool.isGone).toBe(false);
    rmSync(path);
    expect(spool.isGone).toBe(true);
  });

  it("that does not exist says nothing, not that nothing was started", () => {
    expect(readSpool(path)).toBeUndefined();
  });
});
