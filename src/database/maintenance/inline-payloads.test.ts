import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";
import { openDatabase } from "../open.ts";
import { pointToFiles } from "./inline-payloads.ts";

const OURS = "ab".repeat(32);
const THEIRS = "cd".repeat(20);

/** A database of the newest schema with one asset of each kind, after the statement of a downgrade. */
async function downgraded(): Promise<Record<string, unknown>[]> {
  const directory = mkdtempSync(join(tmpdir(), "covalent-payloads-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, "dispatcher_db.sqlite");
  await (await openDatabase({ path, durability: "process" })).close();
  const connection = new DatabaseSync(path);
  const insert = connection.prepare(
    "INSERT INTO assets (id, storage_type, storage_path, object_key, digest_alg, digest, content_digest) VALUES (?, ?, ?, ?, ?, ?, ?)",
  );
  insert.run(1, "inline", "", "", null, null, OURS);
  insert.run(2, "store", "", "", "sha1", THEIRS, OURS);
  insert.run(3, "pending", "", "", "sha1", THEIRS, null);
  insert.run(4, "file", "/results", "result.pkl", "sha1", THEIRS, OURS);
  connection.exec(pointToFiles("/data/it's here/assets"));
  const rows = connection
    .prepare("SELECT storage_type, storage_path, object_key, digest_alg, digest FROM assets ORDER BY id")
    .all();
  connection.close();
  return rows.map((row) => ({ ...row }));
}

test("payloads are found as files of the asset store, with our digest where the client gave none", async () => {
  const file = { storage_type: "file", storage_path: "/data/it's here/assets/sha256/ab", object_key: OURS };
  const client = { digest_alg: "sha1", digest: THEIRS };
  expect(await downgraded()).toEqual([
    { ...file, digest_alg: "sha256", digest: OURS },
    { ...file, ...client },
    { storage_type: "pending", storage_path: "", object_key: "", ...client },
    { storage_type: "file", storage_path: "/results", object_key: "result.pkl", ...client },
  ]);
});
