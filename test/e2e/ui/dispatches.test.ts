import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dispatch, dispatchSync, getResult } from "covalent-ts";
import { startServer, type TestServer } from "covalent-ts/testing";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { hasChromium, soon, startBrowser, type TestBrowser, unlessSkipped } from "./browser.ts";
import { crawl, gated, weather } from "./workflows/shown.ts";

describe.skipIf(!hasChromium)(`the list of dispatches${unlessSkipped}`, () => {
  let browser: TestBrowser;
  let server: TestServer;
  let gate: string;

  beforeAll(async () => {
    browser = await startBrowser();
    return () => browser[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    server = await startServer();
    gate = join(server.home, "gate");
  });
  afterEach(async () => {
    await rm(gate, { force: true });
    await server.close();
  });

  test("teaches the first workflow while it is empty, and shows a dispatch as it runs without a reload", async () => {
    const { page, faults } = await browser.open(server.url);
    await page.getByRole("heading", { name: "Run your first workflow" }).waitFor();
    await page.locator('[data-connection="live"]').waitFor();
    const id = await dispatch(gated, server)("A", gate);
    const row = page.getByRole("row", { name: /gated/ });
    await row.getByText("Running").waitFor();
    await row.getByRole("progressbar").waitFor();
    await openGate(gate);
    await getResult(id, { ...server, wait: true });
    await row.getByText("Completed").waitFor();
    expect(faults).toEqual([]);
  });

  test("is filtered by status, searched and sorted, and its address remembers it", async () => {
    await dispatchSync(weather, server)(["Oslo"]);
    await dispatchSync(crawl, server)(5);
    const { page, faults } = await browser.open(server.url);
    const rows = page.getByRole("row", { name: /Select / });
    await soon(() => rows.count()).toBe(2);
    await page.getByRole("button", { name: "Failed 1" }).click();
    await soon(() => rows.count()).toBe(1);
    await page.getByRole("row", { name: /crawl/ }).waitFor();
    await page.reload();
    await soon(() => rows.count()).toBe(1);
    await page.getByRole("button", { name: /^All/ }).click();
    await page.getByRole("searchbox").fill("weath");
    await page.getByRole("row", { name: /weather/ }).waitFor();
    await soon(() => rows.count()).toBe(1);
    await page.getByRole("searchbox").fill("");
    await page.getByRole("button", { name: "Name" }).click();
    await page.getByRole("button", { name: "Name" }).click();
    await page.waitForURL(/sort=name&order=asc/);
    await soon(async () => (await rows.first().textContent())?.startsWith("crawl")).toBe(true);
    expect(faults).toEqual([]);
  });

  test("cancels what is selected, after asking, and runs it again", async () => {
    await dispatch(gated, server)("A", gate);
    const { page } = await browser.open(server.url);
    await page.getByRole("checkbox", { name: /Select gated/ }).click();
    await page.getByRole("button", { name: "Cancel", exact: true }).click();
    await page.getByRole("button", { name: "Cancel them" }).click();
    const row = page.getByRole("row", { name: /gated/ });
    await row.getByText("Cancelled").waitFor();
    await openGate(gate);
    await page.getByRole("checkbox", { name: /Select gated/ }).click();
    await page.getByRole("button", { name: "Run again" }).click();
    await page.getByRole("row", { name: /Completed/ }).waitFor();
    await soon(() => row.count()).toBe(2);
  });

  test("can be used on a small screen, in the dark", async () => {
    await dispatchSync(weather, server)(["Oslo"]);
    const { page } = await browser.open(server.url, { width: 380, dark: true });
    await page.getByRole("link", { name: "weather" }).waitFor();
    expect(await page.locator("html").evaluate(({ scrollWidth }) => scrollWidth)).toBeLessThanOrEqual(380);
    await page.getByRole("button", { name: "Menu" }).click();
    await page.getByRole("link", { name: "Executors" }).click();
    await page.getByRole("heading", { name: "local" }).waitFor();
  });
});

async function openGate(gate: string): Promise<void> {
  await writeFile(gate, "");
}
