import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
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

  test("is scrolled through to the end of 100,000", async () => {
    const { url } = (await (await fetch(`${server.url}/api/v2/database`)).json()) as { url: string };
    addDispatches(url.replace("sqlite:///", ""), 100_000);
    const { page, faults } = await browser.open(server.url);
    await page.getByText("100,000 in all").waitFor();
    const scroller = page.getByRole("rowgroup", { name: "Rows" });
    await scroller.getByText("workflow 100000", { exact: true }).waitFor();
    await scroller.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await scroller.getByText("workflow 1", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Failed 10,000" }).click();
    await scroller.getByText("workflow 100000", { exact: true }).waitFor();
    await page.getByRole("searchbox").fill("workflow 777");
    await scroller.getByText("workflow 7770", { exact: true }).waitFor();
    expect(faults).toEqual([]);
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

/** Dispatches of another time; every tenth has failed. */
function addDispatches(path: string, count: number): void {
  using connection = new DatabaseSync(path, { timeout: 10_000 });
  connection.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
    INSERT INTO lattices (id, dispatch_id, name, status, electron_num, completed_electron_num, is_active, created_at, updated_at, started_at, completed_at, root_dispatch_id, language)
    SELECT i, printf('%08d-0000-4000-8000-000000000000', i), 'workflow ' || i, CASE i % 10 WHEN 0 THEN 'FAILED' ELSE 'COMPLETED' END,
      7, 7, 1, datetime('2026-01-01', '+' || i || ' seconds'), datetime('2026-01-01'), datetime('2026-01-01', '+' || i || ' seconds'),
      datetime('2026-01-02', '+' || i || ' seconds'), printf('%08d-0000-4000-8000-000000000000', i), 'typescript' FROM n`);
}
