import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { serverUrl } from "./address.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "covalent-address-"));
  await mkdir(join(home, ".cache/covalent"), { recursive: true });
  await mkdir(join(home, ".config/covalent"), { recursive: true });
});
afterEach(() => rm(home, { recursive: true }));

const state = (text: string) => writeFile(join(home, ".cache/covalent/server.json"), text);
const config = (text: string) => writeFile(join(home, ".config/covalent/covalent.conf"), text);

it("is port 48008 of this machine when nobody says anything", async () => {
  expect(await serverUrl({ HOME: home })).toBe("http://localhost:48008");
});

it("is what the configuration says, then what the running server says, then what the environment says", async () => {
  await config('[dispatcher]\naddress = "box"\nport = 50001\n');
  expect(await serverUrl({ HOME: home })).toBe("http://box:50001");
  await state('{"url":"http://localhost:50002","pid":1}');
  expect(await serverUrl({ HOME: home })).toBe("http://localhost:50002");
  expect(await serverUrl({ HOME: home, COVALENT_SVC_PORT: "50003" })).toBe("http://localhost:50003");
  expect(await serverUrl({ HOME: home, COVALENT_DISPATCHER_ADDR: "https://box" })).toBe("https://box:48008");
  expect(await serverUrl({ HOME: home, COVALENT_DISPATCHER_ADDR: "::1" })).toBe("http://[::1]:48008");
});

it("passes over files that are damaged", async () => {
  await config("[dispatcher\n");
  await state('{"url":');
  expect(await serverUrl({ HOME: home })).toBe("http://localhost:48008");
});

it("finds the files where the variables point", async () => {
  await mkdir(join(home, "elsewhere"));
  await writeFile(join(home, "elsewhere/server.json"), '{"url":"http://localhost:50004"}');
  expect(await serverUrl({ HOME: home, COVALENT_CACHE_DIR: join(home, "elsewhere") })).toBe(
    "http://localhost:50004",
  );
});
