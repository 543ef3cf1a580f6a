import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { databaseClaimOf, writeState } from "../../../discovery/state-file.ts";
import { identifyProcess } from "../../../process/process-identity.ts";
import { createTerminal } from "../../output/terminal.ts";
import { targetOf } from "./target.ts";

let home: string;

beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), "covalent-target-")));
  mkdirSync(join(home, "data"));
  symlinkSync(join(home, "data"), join(home, "link"));
});
afterEach(() => rmSync(home, { recursive: true }));

const target = (database: string) => {
  const { stdout, stderr } = process;
  const terminal = createTerminal({ json: false, stdout, stderr, env: {} });
  return targetOf({ terminal, env: { HOME: home }, cwd: home, debug: false }, { database });
};

test("a database is where it really is, by whichever link it is named, also before it is there", async () => {
  expect((await target(join(home, "link", "db.sqlite"))).path).toBe(join(home, "data", "db.sqlite"));
  writeFileSync(join(home, "data", "db.sqlite"), "");
  symlinkSync(join(home, "data", "db.sqlite"), join(home, "other.sqlite"));
  expect((await target(join(home, "other.sqlite"))).path).toBe(join(home, "data", "db.sqlite"));
});

test("its server is found through a link, also one that keeps its own state elsewhere", async () => {
  const identity = identifyProcess(process.pid);
  if (identity === undefined) throw new Error("this process has no identity");
  const database = join(home, "data", "db.sqlite");
  const address = { url: "http://localhost:5001", host: "127.0.0.1", port: 5001, requestedPort: 5001 };
  const said = { startedAt: "2026-01-01T00:00:00Z", version: "1", database, flags: [] };
  writeState(databaseClaimOf(database), { ...identity, ...address, ...said });
  expect((await target(join(home, "link", "db.sqlite"))).serverRunning()).toMatchObject({
    pid: process.pid,
  });
  expect((await target(join(home, "link", "another.sqlite"))).serverRunning()).toBeUndefined();
});
