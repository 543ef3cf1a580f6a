import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dispatch } from "covalent-ts";
import { beforeAll, describe, expect, test } from "vitest";
import { killableServer } from "../../chaos/killable-server.ts";
import { streamedManifest } from "../../contract/api-manifest.ts";
import { testServer } from "../../contract/api-server.ts";
import { freePort } from "../../support/free-port.ts";
import { hasChromium, lookAt, soon, startBrowser, type TestBrowser, unlessSkipped } from "./browser.ts";
import { gated } from "./workflows/shown.ts";

describe.skipIf(!hasChromium)(`what is shown stays current${unlessSkipped}`, () => {
  let browser: TestBrowser;

  beforeAll(async () => {
    browser = await startBrowser();
    return () => browser[Symbol.asyncDispose]();
  });

  test("in ten tabs that share one stream of events", async () => {
    await using server = await testServer();
    const url = await server.listen();
    const { page, context } = await browser.open(url);
    const pages = [page];
    while (pages.length < 10) {
      const another = await context.newPage();
      await another.goto(url);
      pages.push(another);
    }
    for (const tab of pages) await tab.locator('[data-connection="live"]').waitFor();
    const { metadata } = await server.client().register(streamedManifest({ name: "seen by all" }));
    await server.client().start(metadata.dispatch_id);
    for (const tab of pages) await tab.getByRole("link", { name: "seen by all" }).waitFor();
    expect(server.requests.filter((asked) => asked.startsWith("/api/v2/events"))).toHaveLength(1);
    await context.close();
  });

  test("and asks for nothing while nothing happens, whatever time passes", async () => {
    await using server = await testServer();
    const url = await server.listen();
    const { metadata } = await server.client().register(streamedManifest({ name: "at rest" }));
    const { page, context } = await browser.open("about:blank");
    // With a clock that the test sets: whoever polls by a timer asks as soon as that goes off.
    await page.clock.install();
    const dispatch = `/dispatches/${metadata.dispatch_id}`;
    for (const path of [
      "/",
      dispatch,
      `${dispatch}?tab=table`,
      "/triggers",
      "/executors",
      "/logs",
      "/database",
      "/settings",
    ]) {
      await page.goto(url + path);
      await page.locator("h1").first().waitFor();
      await page.waitForLoadState("load");
      await soon(() => page.locator("[data-connection]").getAttribute("data-connection")).toBe("live");
      await page.clock.runFor(5_000);
      await settled(server.requests);
      const before = server.requests.length;
      await page.clock.fastForward("10:00");
      await page.clock.runFor(5_000);
      await page.evaluate("fetch('/healthz')");
      expect(server.requests.slice(before), path).toEqual(["/healthz"]);
    }
    await context.close();
  });

  test("the log is shown as it is written, and found by level, text and dispatch", async () => {
    const directory = await mkdtemp(join(tmpdir(), "covalent-ui-log-"));
    const logFile = join(directory, "covalent.log");
    const write = (level: number, msg: string, more: object = {}) =>
      appendFile(logFile, `${JSON.stringify({ level, time: Date.now(), msg, ...more })}\n`);
    await write(30, "the server is ready");
    await using server = await testServer({ logFile });
    const { page, context } = await browser.open(`${await server.listen()}/logs`);
    const lines = page.getByRole("region", { name: "Lines" }).getByRole("listitem");
    await lines.getByText("the server is ready").waitFor();
    await write(40, "the disk is slow");
    await lines.getByText("the disk is slow").waitFor();
    await page.getByRole("combobox", { name: "Level" }).selectOption("WARNING");
    await soon(() => lines.count()).toBe(1);
    await write(30, "a worker has started");
    await write(50, "a task failed", { dispatchId: "8324880b-22e0-4edd-940d-9087eeb4d556" });
    await lines.getByText("a task failed").waitFor();
    expect(await lines.count()).toBe(2);
    await lookAt(page, "log");
    await page.getByRole("searchbox", { name: "Dispatch" }).fill("8324880b");
    await soon(() => lines.count()).toBe(1);
    await page.waitForURL(/dispatch=8324880b/);
    await page.reload();
    await lines.getByRole("link", { name: "8324880b-22e0-4edd-940d-9087eeb4d556" }).waitFor();
    await page.getByRole("searchbox", { name: "Search in the log" }).fill("nowhere");
    await page.getByRole("heading", { name: "No line is like that" }).waitFor();
    await context.close();
    await rm(directory, { recursive: true, maxRetries: 3 });
  });

  test("a run that is watched over the death of its server, to its end", async () => {
    const server = await killableServer({ workers: 1 });
    try {
      await server.start();
      const gate = join(server.home, "gate");
      const id = await dispatch(gated, server)("A", gate);
      const { page, context } = await browser.open(`${server.url}/dispatches/${id}`);
      const box = (name: string) => page.locator("[data-box]", { hasText: name });
      await box("untilFile").and(page.locator('[data-color="running"]')).waitFor();
      await server.kill();
      await page.getByText("Connection lost").waitFor();
      // It ends while nobody is there to hear of it.
      await writeFile(gate, "");
      await server.start();
      await soon(() => page.locator("[data-connection]").getAttribute("data-connection")).toBe("live");
      await box("finish").and(page.locator('[data-color="completed"]')).waitFor();
      await page.locator("header").getByText("Completed").first().waitFor();
      await context.close();
    } finally {
      await server.dispose();
    }
  });

  test("over a restart of the server: the loss is shown, and what happened meanwhile is read again", async () => {
    const directory = await mkdtemp(join(tmpdir(), "covalent-ui-restart-"));
    const port = await freePort();
    const first = await testServer({ directory });
    const url = await first.listen(port);
    const { page, context } = await browser.open(url);
    await page.locator('[data-connection="live"]').waitFor();
    await first[Symbol.asyncDispose]();
    await page.getByText("Connection lost").waitFor();
    await using second = await testServer({ directory });
    await second.listen(port);
    const { metadata } = await second.client().register(streamedManifest({ name: "after the restart" }));
    await second.client().start(metadata.dispatch_id);
    await page.getByRole("link", { name: "after the restart" }).waitFor();
    await soon(() => page.locator("[data-connection]").getAttribute("data-connection")).toBe("live");
    await context.close();
    await rm(directory, { recursive: true, maxRetries: 3 });
  });

  test("where the server wants a token, once that was given", async () => {
    await using server = await testServer({ token: "s3cret" });
    const url = await server.listen();
    const { page, context } = await browser.open(url);
    await page.getByRole("dialog").getByLabel("Token").fill("wrong");
    await page.getByRole("button", { name: "Go on" }).click();
    await page.getByRole("dialog").getByLabel("Token").fill("s3cret");
    await page.getByRole("button", { name: "Go on" }).click();
    await page.locator('[data-connection="live"]').waitFor();
    await page.getByRole("heading", { name: "Run your first workflow" }).waitFor();
    expect(server.requests.join()).not.toContain("s3cret");
    await context.close();
  });
});

/** Nothing more comes in: asked twice, it is the same. */
async function settled(requests: readonly string[]): Promise<void> {
  let before = -1;
  await soon(() => {
    const same = requests.length === before;
    before = requests.length;
    return same;
  }).toBe(true);
}
