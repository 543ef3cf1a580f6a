import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadConfig } from "../config/config.ts";
import { identifyProcess } from "../process/process-identity.ts";
import { serverAddress } from "./server-address.ts";
import { removeState, runningServer, type ServerState, stateFileOf, writeState } from "./state-file.ts";

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "covalent-state-"));
});
afterEach(() => rmSync(home, { recursive: true }));

const config = (env: Record<string, string> = {}) => loadConfig({ env: { HOME: home, ...env } });
const file = () => stateFileOf(config());

function state(change: Partial<ServerState> = {}): ServerState {
  const own = identifyProcess(process.pid);
  if (own === undefined) throw new Error("this process has no identity");
  const rest = {
    url: "http://localhost:5001",
    host: "127.0.0.1",
    port: 5001,
    requestedPort: 5000,
    flags: [],
  };
  return { ...own, ...rest, startedAt: "2026-01-01T00:00:00Z", version: "1", database: "/db", ...change };
}

test("without a running server the configured address is the one", () => {
  expect(serverAddress(config())).toBe("http://localhost:48008");
  expect(serverAddress(config({ COVALENT_DISPATCHER_ADDR: "https://far.example" }))).toBe(
    "https://far.example:48008",
  );
  expect(serverAddress(config({ COVALENT_DISPATCHER_ADDR: "::1", COVALENT_SVC_PORT: "7" }))).toBe(
    "http://[::1]:7",
  );
});

test("the running server is found by its state, which only its owner may read", () => {
  writeState(file(), state());
  expect(serverAddress(config())).toBe("http://localhost:5001");
  expect(statSync(file()).mode & 0o777).toBe(0o600);
});

test("an address or a port that a variable gives is meant, unless the server was asked for just that port", () => {
  writeState(file(), state());
  expect(serverAddress(config({ COVALENT_SVC_PORT: "6000" }))).toBe("http://localhost:6000");
  expect(serverAddress(config({ COVALENT_SVC_PORT: "5000" }))).toBe("http://localhost:5001");
  expect(serverAddress(config({ COVALENT_DISPATCHER_ADDR: "far" }))).toBe("http://far:48008");
});

test("what a crashed server, an earlier boot or another program has left is not believed", () => {
  writeState(file(), state({ startTime: "1" }));
  expect(runningServer(config())).toBeUndefined();
  writeState(file(), state({ bootId: "earlier" }));
  expect(runningServer(config())).toBeUndefined();
  writeFileSync(file(), "{ half");
  expect(runningServer(config())).toBeUndefined();
});

test("a server removes its own state and no successor's", () => {
  writeState(file(), state());
  removeState(file(), process.pid + 1);
  expect(runningServer(config())).toBeDefined();
  removeState(file(), process.pid);
  expect(runningServer(config())).toBeUndefined();
});
