import { hash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it, onTestFinished } from "vitest";
import { HEAD } from "../migration/history.ts";
import { memoryDatabase, migrateTo } from "../migration/migrate.test-support.ts";
import { downgradeDatabase } from "./migrate.ts";
import { NOBODY } from "./observer.ts";
import { scanFiles } from "./scan-files.ts";

/** A database with files on record, `count` of which are there. */
function recorded(count: number) {
  const directory = mkdtempSync(join(tmpdir(), "covalent-scan-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const data = join(directory, "data");
  mkdirSync(data);
  for (let number = 1; number <= count; number++) writeFileSync(join(data, `${number}.log`), `log ${number}`);
  const path = join(directory, "runs.sqlite");
  const connection = memoryDatabase();
  migrateTo(connection, HEAD);
  const insert = connection.prepare(
    "INSERT INTO assets (id, storage_type, storage_path, object_key, size, digest, digest_alg) VALUES (?, ?, ?, ?, ?, ?, ?)",
  );
  for (let number = 1; number <= count; number++)
    insert.run(number, "file", data, `${number}.log`, null, null, null);
  insert.run(9_000n, "file", data, "gone.log", null, null, null);
  insert.run(9_001n, "file", data, "1.log", 77, "known", "md5");
  insert.run(9_002n, "local", data, "1.log", null, "known", "md5");
  insert.run(9_003n, "file", "", "etc/passwd", null, null, null);
  insert.run(9_004n, "file", data, "../runs.sqlite", null, null, null);
  insert.run(-5n, "file", data, "1.log", null, null, null);
  connection.exec(`VACUUM INTO '${path}'`);
  const read = (sql: string) => {
    const reader = new DatabaseSync(path, { readOnly: true });
    const rows = reader
      .prepare(sql)
      .all()
      .map((row) => ({ ...row }));
    reader.close();
    return rows;
  };
  return { path, data, read };
}

describe("a scan of old files", () => {
  it("notes the sizes and digests of those that are there, and changes nothing that is known", async () => {
    const { path, read } = recorded(600);
    expect(await scanFiles({ path, report: NOBODY })).toEqual({ measured: 602, missing: 3 });
    expect(read("SELECT size, digest, digest_alg FROM assets WHERE id = 42")).toEqual([
      { size: 6, digest: hash("sha1", "log 42", "hex"), digest_alg: "sha1" },
    ]);
    expect(
      read("SELECT id, size, digest, digest_alg FROM assets WHERE id > 8999 OR id < 0 ORDER BY id"),
    ).toEqual([
      { id: -5, size: 5, digest: hash("sha1", "log 1", "hex"), digest_alg: "sha1" },
      { id: 9000, size: null, digest: null, digest_alg: null },
      { id: 9001, size: 77, digest: "known", digest_alg: "md5" },
      { id: 9002, size: 5, digest: "known", digest_alg: "md5" },
      { id: 9003, size: null, digest: null, digest_alg: null },
      { id: 9004, size: null, digest: null, digest_alg: null },
    ]);
  });

  it("goes on where an interrupted one stopped", async () => {
    const { path, data, read } = recorded(600);
    const stop = new AbortController();
    const report = { ...NOBODY, progress: () => stop.abort() };
    expect((await scanFiles({ path, report, signal: stop.signal })).measured).toBe(256);
    expect(read("SELECT count(*) AS n FROM assets WHERE size IS NOT NULL")).toEqual([{ n: 257 }]);
    writeFileSync(join(data, "gone.log"), "back");
    expect(await scanFiles({ path, report: NOBODY })).toEqual({ measured: 602 - 256 + 1, missing: 2 });
    expect(await scanFiles({ path, report: NOBODY })).toEqual({ measured: 0, missing: 2 });
  });

  it("holds no lock while it reads", async () => {
    const { path } = recorded(600);
    const other = new DatabaseSync(path, { timeout: 0 });
    onTestFinished(() => other.close());
    let written = 0;
    const progress = () => {
      written += Number(other.prepare("UPDATE assets SET remote_uri = 'x' WHERE id = 1").run().changes);
    };
    await scanFiles({ path, report: { ...NOBODY, progress } });
    expect(written).toBeGreaterThan(2);
  });

  it("wants a database at head", async () => {
    const { path } = recorded(1);
    await downgradeDatabase({ path, to: "7e9fb153ecfb", report: NOBODY, confirm: async () => true });
    await expect(scanFiles({ path, report: NOBODY })).rejects.toMatchObject({
      code: "DATABASE_NEEDS_UPGRADE",
    });
  });
});

it("a database that lacks a table is said to be unsound, with what is missing", async () => {
  const { path } = recorded(1);
  const connection = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  connection.exec("DROP TABLE assets");
  connection.close();
  await expect(scanFiles({ path, report: NOBODY })).rejects.toMatchObject({
    code: "DATABASE_UNSOUND",
    message: expect.stringContaining("assets"),
  });
});
