import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { testServer } from "../../test/contract/api-server.ts";
import { loadConfig } from "../config/config.ts";
import { settingsOf } from "./settings.ts";

let home: string;
let file: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "covalent-settings-"));
  file = join(home, "covalent.conf");
  await writeFile(file, '[dispatcher]\nstop_grace = 7\ntoken = "s3cret"\n');
});
afterEach(() => rm(home, { recursive: true }));

async function settingsServer() {
  const config = loadConfig({
    file,
    env: { HOME: home, COVALENT_EXECUTORS_LOCAL_PYTHON: "python3.12" },
    flags: [{ name: "--port", key: "dispatcher.port", value: "50000" }],
  });
  const server = await testServer({ settings: settingsOf(config) });
  const ask = async (method: "GET" | "PUT", url: string, payload?: object) => {
    const headers = { host: "localhost" };
    const answer = await server.app.inject({ method, url, headers, ...(payload && { payload }) });
    return { status: answer.statusCode, body: answer.json() };
  };
  return { ask, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

test("every setting is shown with where its value comes from; a secret's value is not", async () => {
  await using server = await settingsServer();
  const { settings } = (await server.ask("GET", "/api/v2/settings")).body;
  const of = (key: string) => settings.find((one: { key: string }) => one.key === key);
  expect(of("dispatcher.stop_grace")).toMatchObject({
    value: "7",
    origin: { from: "file", name: file },
    locked: null,
  });
  expect(of("dispatcher.port")).toMatchObject({ value: "50000", origin: { from: "flag", name: "--port" } });
  expect(of("executors.local.python")).toMatchObject({
    value: "python3.12",
    origin: { from: "env", name: "COVALENT_EXECUTORS_LOCAL_PYTHON" },
    locked: expect.stringContaining("wins over the file"),
  });
  expect(of("dispatcher.triggers")).toMatchObject({
    origin: { from: "default" },
    choices: ["true", "false"],
  });
  expect(of("dispatcher.token")).toMatchObject({ value: null, locked: expect.stringContaining("secret") });
  expect(JSON.stringify(settings)).not.toContain("s3cret");
});

test("what is changed goes to the file and is in force from the next start on", async () => {
  await using server = await settingsServer();
  const set = (key: string, value: string) => server.ask("PUT", `/api/v2/settings/${key}`, { value });
  expect((await set("dispatcher.stop_grace", "9")).body).toMatchObject({ value: "7", next: "9" });
  expect((await set("limits.tags", "gpu=2")).body).toMatchObject({ value: "", next: "gpu=2" });
  expect(await readFile(file, "utf8")).toContain("stop_grace = 9");
  const config = loadConfig({ file, env: { HOME: home } });
  expect(config.values.dispatcher.stop_grace).toBe(9);
  expect(config.values.limits.tags).toEqual({ gpu: 2 });
});

test("a wrong value, an unknown key and what is not changed over the network are refused, and nothing is written", async () => {
  await using server = await settingsServer();
  const before = await readFile(file, "utf8");
  const set = (key: string, value: string) => server.ask("PUT", `/api/v2/settings/${key}`, { value });
  const wrong = await set("dispatcher.stop_grace", "soon");
  expect(wrong.status).toBe(422);
  expect(wrong.body.detail).toContain("must be a whole number");
  expect((await set("dispatcher.grace", "1")).status).toBe(404);
  for (const key of [
    "dispatcher.host",
    "dispatcher.token",
    "dispatcher.pull_roots",
    "database.url",
    "executors.local.python",
  ])
    expect((await set(key, "0.0.0.0")).body.detail, key).toContain("is not changed here");
  expect(await readFile(file, "utf8")).toBe(before);
});
