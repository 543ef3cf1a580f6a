import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, it } from "vitest";
import { assetStoreContract } from "../../test/contract/asset-store.ts";
import { openLocalStore } from "./local-store.ts";

for (const durability of ["process", "power"] as const) {
  assetStoreContract(`the local store with durability ${durability}`, async () => {
    const directory = await mkdtemp(join(tmpdir(), "covalent-store-"));
    const dispose = () => rm(directory, { recursive: true });
    return { store: await openLocalStore(directory, { durability }), dispose };
  });
}

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "covalent-store-"));
});
afterEach(() => rm(directory, { recursive: true }));

async function* bytesOf(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text);
}

const mode = async (path: string) => (await stat(path)).mode & 0o777;

it("stores on when somebody has removed its directories", async () => {
  const store = await openLocalStore(join(directory, "assets"));
  await rm(join(directory, "assets"), { recursive: true });
  const { digest } = await store.put(bytesOf("here again"));
  expect(await store.size(digest)).toBe(10);
});

it("keeps files and directories from other users", async () => {
  const store = await openLocalStore(join(directory, "assets"));
  const { digest } = await store.put(bytesOf("secret"));
  const file = join(store.stagingDirectory, "result");
  await writeFile(file, "shared", { mode: 0o644 });
  const adopted = await store.adopt(
    file,
    "74de4c6be9ea1e48ca95a5d0b0d0a7a0d3e9f0c1e9ea2f2f2c8b8d1f1ac8c9b6",
    { trusted: true },
  );
  expect(await mode(store.pathOf(digest))).toBe(0o600);
  expect(await mode(store.pathOf(adopted.digest))).toBe(0o600);
  expect(await mode(join(directory, "assets", "sha256", digest.slice(0, 2)))).toBe(0o700);
  expect(await mode(store.stagingDirectory)).toBe(0o700);
});

it("leaves nothing in staging, whether a put succeeds or fails", async () => {
  const store = await openLocalStore(directory);
  await store.put(bytesOf("stored"));
  await store.put(bytesOf("refused"), "0".repeat(64)).catch(() => undefined);
  expect(await readdir(store.stagingDirectory)).toEqual([]);
});

it("does not follow a symbolic link into the store", async () => {
  const store = await openLocalStore(directory);
  const link = join(store.stagingDirectory, "link");
  await symlink("/etc/hostname", link);
  await expect(store.adopt(link, "0".repeat(64))).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
});

it("opens again with everything that was stored", async () => {
  const { digest } = await (await openLocalStore(directory)).put(bytesOf("kept"));
  const again = await openLocalStore(directory);
  expect(await readFile(again.pathOf(digest), "utf8")).toBe("kept");
});

it("removes on opening what dead processes left half-written, and nothing of the living or of workers", async () => {
  const { stagingDirectory } = await openLocalStore(directory);
  const deadPid = spawnSync(process.execPath, ["--version"]).pid;
  const names = [
    `put-${deadPid}-a`,
    `put-${process.pid}-b`,
    `${deadPid}-worker-output`,
    "old-output",
    `put-${process.pid}-old`,
  ];
  for (const name of names) await writeFile(join(stagingDirectory, name), "…");
  const longAgo = new Date(Date.now() - 40 * 24 * 3_600_000);
  await utimes(join(stagingDirectory, "old-output"), longAgo, longAgo);
  await utimes(join(stagingDirectory, `put-${process.pid}-old`), longAgo, longAgo);

  await openLocalStore(directory);

  const left = await readdir(stagingDirectory);
  expect(left.toSorted()).toEqual([`put-${process.pid}-b`, `${deadPid}-worker-output`].toSorted());
});

const FILL = `
  const { openLocalStore } = await import(process.argv[1]);
  const store = await openLocalStore(process.argv[2]);
  async function* source() { for (let i = 0; i < 64; i++) yield Buffer.alloc(64 * 1024, i); }
  process.on("SIGXFSZ", () => {});
  const error = await store.put(source()).catch((error) => error);
  console.log(JSON.stringify({ code: error.code, message: error.message }));
`;

it("says that there is no room, and leaves nothing half-stored", async () => {
  // A limit on the size of files stands for a full disk: writing stops in the middle in the same way.
  const script = `ulimit -f 1024; exec "$0" --input-type=module -e "$1" "$2" "$3"`;
  const store = new URL("./local-store.ts", import.meta.url).href;
  const args = ["-c", script, process.execPath, FILL, store, directory];
  const { stdout } = await promisify(execFile)("/bin/sh", args);
  expect(JSON.parse(stdout)).toMatchObject({ code: "STORAGE_FULL" });
  expect(await readdir(join(directory, "staging"))).toEqual([]);
  expect(await readdir(join(directory, "sha256"))).toEqual([]);
});
