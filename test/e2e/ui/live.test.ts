import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { streamedManifest } from "../../contract/api-manifest.ts";
import { testServer } from "../../contract/api-server.ts";
import { freePort } from "../../support/free-port.ts";
import { hasChromium, soon, startBrowser, type TestBrowser, unlessSkipped } from "./browser.ts";

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
