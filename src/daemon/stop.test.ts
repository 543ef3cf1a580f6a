import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadConfig } from "../config/config.ts";
import { stateFileOf, writeState } from "../discovery/state-file.ts";
import { identifyProcess } from "../process/process-identity.ts";
import { stopServer } from "./stop.ts";

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "covalent-stop-"));
});
afterEach(() => rmSync(home, { recursive: true }));

const config = () => loadConfig({ env: { HOME: home } });

/** A process that says it is the server. */
async function standIn(program: string) {
  const child = spawn(process.execPath, [
    "-e",
    `${program}; console.log("up"); setInterval(() => {}, 1000);`,
  ]);
  await once(child.stdout, "data");
  const identity = identifyProcess(child.pid ?? 0);
  if (identity === undefined) throw new Error("the process did not start");
  const rest = { url: "http://localhost:1", host: "127.0.0.1", port: 1, requestedPort: 1, flags: [] };
  const state = { ...identity, ...rest, startedAt: "2026-01-01T00:00:00Z", version: "1", database: "/db" };
  writeState(stateFileOf(config()), state);
  return { pid: identity.pid, ended: once(child, "exit") };
}

test("a server that ends when asked is not killed, and its state is gone", async () => {
  const server = await standIn("");
  const killed: number[] = [];
  const stopped = await stopServer(config(), { onKill: ({ pid }) => killed.push(pid) });
  expect(stopped?.pid).toBe(server.pid);
  expect(await server.ended).toEqual([null, "SIGTERM"]);
  expect(killed).toEqual([]);
  expect(existsSync(stateFileOf(config()))).toBe(false);
});

test("a server that does not end is killed, and that is told before", async () => {
  const server = await standIn('process.on("SIGTERM", () => {})');
  const killed: number[] = [];
  await stopServer(config(), { graceMs: 50, onKill: ({ pid }) => killed.push(pid) });
  expect(await server.ended).toEqual([null, "SIGKILL"]);
  expect(killed).toEqual([server.pid]);
});

test("where none runs there is nothing to stop", async () => {
  expect(await stopServer(config())).toBeUndefined();
});
