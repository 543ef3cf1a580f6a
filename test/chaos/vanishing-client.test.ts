import { hash, randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { dispatchSync } from "covalent-ts";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ASSET_FRAMES_TYPE, encodeAssetFrameHead } from "../../src/model/asset-frame.ts";
import { contradictions } from "./contradictions.ts";
import { type KillableServer, killableServer } from "./killable-server.ts";
import { chaos } from "./workflows/steps.ts";

let server: KillableServer;

beforeEach(async () => {
  server = await killableServer();
  await server.start();
});

afterEach(() => server.dispose());

test("a client that vanishes in the middle of an upload leaves nothing behind, and holds up nobody", async () => {
  const bytes = randomBytes(8 << 20);
  const head = encodeAssetFrameHead({ digest: hash("sha256", bytes), size: bytes.length });
  await vanishBehind("/api/v2/assets", ASSET_FRAMES_TYPE, Buffer.concat([head, bytes.subarray(0, 5 << 20)]));
  await expect.poll(staged).toEqual([]);
  await expectUsable();
});

test("a client that vanishes in the middle of a manifest has registered nothing", async () => {
  await vanishBehind("/api/v2/dispatches", "application/x-ndjson", manifestWithoutEnd());
  await expect.poll(registering).toBe(0);
  await expectUsable();
});

test("nor has one whose server is killed with it", async () => {
  await vanishBehind("/api/v2/dispatches", "application/x-ndjson", manifestWithoutEnd(), () => server.kill());
  await server.start();
  await expect.poll(registering).toBe(0);
  await expectUsable();
});

/** Sends a part of a body, and is gone when that was taken in. */
async function vanishBehind(
  path: string,
  type: string,
  part: Uint8Array | string,
  before: () => Promise<void> = async () => undefined,
): Promise<void> {
  const sending = request(`${server.url}${path}`, { method: "POST", headers: { "content-type": type } });
  sending.on("error", () => undefined);
  const closed = new Promise((resolve) => sending.once("close", resolve));
  await new Promise<void>((taken) => sending.write(part, () => taken()));
  await before();
  sending.destroy();
  await closed;
}

function manifestWithoutEnd(): string {
  const header = {
    metadata: {},
    lattice: {
      metadata: { name: "half", executor: "local", workflow_executor: "local", language: "typescript" },
    },
  };
  const nodes = Array.from({ length: 5_000 }, (_, id) => ({
    id,
    metadata: { name: `n${id}`, executor: "local", type: "function" },
  }));
  const lines = [
    { kind: "header", node_count: 10_000, link_count: 0, header },
    ...Array.from({ length: 10 }, (_, part) => ({
      kind: "nodes",
      nodes: nodes.slice(part * 500, part * 500 + 500),
    })),
  ];
  return `${lines.map((line) => JSON.stringify(line)).join("\n")}\n`;
}

async function expectUsable(): Promise<void> {
  const { status, result } = await dispatchSync(chaos, server)(join(server.home, "journal"), [
    { kind: "steady", name: "after", ms: 1, after: [] },
  ]);
  expect({ status, result }).toEqual({ status: "COMPLETED", result: ["after"] });
  expect(contradictions(server.databasePath)).toEqual([]);
}

function staged(): string[] {
  const store = join(server.home, ".local/share/covalent/data/assets");
  return readdirSync(join(store, "staging"));
}

function registering(): number {
  const database = new DatabaseSync(server.databasePath, { readOnly: true, timeout: 10_000 });
  try {
    const [row] = database.prepare("SELECT count(*) AS count FROM lattices WHERE registering = 1").all();
    return Number(row?.count);
  } finally {
    database.close();
  }
}
