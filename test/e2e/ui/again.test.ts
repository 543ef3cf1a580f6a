import { readFile } from "node:fs/promises";
import { dispatchSync, getResult } from "covalent-ts";
import { startServer } from "covalent-ts/testing";
import { describe, expect, test } from "vitest";
import { createClient } from "../../../src/client/client.ts";
import { streamedManifest } from "../../contract/api-manifest.ts";
import { hasChromium, servedUi, soon, unlessSkipped } from "./browser.ts";
import { dated, samples, weather } from "./workflows/shown.ts";

describe.skipIf(!hasChromium)(`a dispatch beside and after others${unlessSkipped}`, () => {
  const ui = servedUi();
  const open = (path: string, options = {}) => ui.browser.open(ui.server.url + path, options);
  const run = async (stations: readonly string[]) =>
    (await dispatchSync(weather, ui.server)(stations)).dispatchId;

  test("is run again with other inputs, which are checked while they are written", async () => {
    const id = await run(["Oslo", "Lima"]);
    const { page, faults } = await open(`/dispatches/${id}`);
    await page.getByRole("button", { name: "Run again" }).click();
    await page.getByRole("menuitem", { name: "With other inputs" }).click();
    const dialog = page.getByRole("dialog");
    const field = dialog.getByRole("textbox", { name: "stations" });
    await soon(() => field.inputValue()).toBe(JSON.stringify(["Oslo", "Lima"], null, 2));
    await field.fill('["Oslo", ');
    await dialog.getByText(/This is not JSON/).waitFor();
    expect(await dialog.getByRole("button", { name: "Run" }).isDisabled()).toBe(true);
    await field.fill('["Pune"]');
    await dialog.getByText("changed").waitFor();
    await dialog.getByRole("button", { name: "Run" }).click();
    await page.waitForURL((url) => !url.pathname.includes(id));
    const renewed = new URL(page.url()).pathname.split("/").at(-1) ?? "";
    const result = await getResult(renewed, { ...ui.server, wait: true });
    expect(await result.inputs()).toMatchObject({ args: [["Pune"]] });
    expect(result.status).toBe("COMPLETED");
    await page.getByRole("link", { name: `repeats ${id.slice(0, 8)}` }).waitFor();
    expect(await (await getResult(id, ui.server)).inputs()).toMatchObject({ args: [["Oslo", "Lima"]] });
    expect(faults).toEqual([]);
  });

  test("keeps inputs that JSON cannot say", async () => {
    const at = new Date("2026-01-02T03:04:05Z");
    const { dispatchId } = await dispatchSync(dated, ui.server)(at, 3);
    const { page } = await open(`/dispatches/${dispatchId}`);
    await page.getByRole("button", { name: "Run again" }).click();
    await page.getByRole("menuitem", { name: "With other inputs" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("JSON cannot say this value").waitFor();
    await dialog.getByRole("textbox", { name: "days" }).fill("4");
    await dialog.getByRole("checkbox", { name: /Keep results/ }).check();
    await dialog.getByRole("button", { name: "Run" }).click();
    await page.waitForURL((url) => !url.pathname.includes(dispatchId));
    const renewed = new URL(page.url()).pathname.split("/").at(-1) ?? "";
    const { result } = await getResult(renewed, { ...ui.server, wait: true });
    expect(result).toBe("2026-01-06");
  });

  test("says what the lattice throws with these inputs, and starts nothing", async () => {
    const id = await run(["Oslo"]);
    const { page } = await open(`/dispatches/${id}`);
    await page.getByRole("button", { name: "Run again" }).click();
    await page.getByRole("menuitem", { name: "With other inputs" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "stations" }).fill("7");
    await dialog.getByRole("button", { name: "Run" }).click();
    await dialog
      .getByRole("alert")
      .getByText(/stations\.map is not a function/)
      .waitFor();
    await dialog.getByRole("button", { name: "Back" }).click();
    await dialog.waitFor({ state: "detached" });
  });

  test.each([
    { dark: false, width: 1280 },
    { dark: true, width: 380 },
  ])("is compared with another run of its lattice, dark $dark, $width pixels wide", async (options) => {
    const [a, b] = [await run(["Oslo", "Lima"]), await run(["Oslo", "Rome", "Lima"])];
    const { page, faults } = await open(`/dispatches/${a}`, options);
    await page.getByRole("button", { name: "Compare with another run" }).click();
    await page
      .getByRole("list", { name: "Runs" })
      .getByRole("link", { name: b.slice(0, 8) })
      .click();
    await page.getByRole("heading", { name: "Compare", exact: true }).waitFor();
    await page.getByRole("region", { name: "Inputs" }).getByText("Rome").waitFor();
    await page.getByRole("button", { name: "In one only" }).click();
    const rows = page.getByRole("table", { name: "Nodes of both" }).getByRole("row");
    await page.getByText("not in A").first().waitFor();
    await page.getByRole("button", { name: /^Inputs/ }).click();
    await rows.getByText("compare", { exact: true }).waitFor();
    expect(await page.locator("html").evaluate(({ scrollWidth }) => scrollWidth)).toBeLessThanOrEqual(
      options.width,
    );
    await page.getByRole("link", { name: "The other way round" }).click();
    await page.waitForURL((url) => url.pathname === `/dispatches/${b}/compare/${a}`);
    expect(faults).toEqual([]);
  });

  test("is the same as itself run again, and 10,000 nodes are compared and scrolled through", async () => {
    const client = createClient(ui.server);
    const registered = async () => {
      const { metadata } = await client.register(streamedManifest({ name: "large", nodes: 10_000 }));
      return metadata.dispatch_id;
    };
    const { page } = await open(`/dispatches/${await registered()}/compare/${await registered()}`);
    await page.getByText("The nodes are the same in both").waitFor();
    await page.getByRole("button", { name: "All 10,000" }).waitFor();
    const scroller = page.getByRole("rowgroup", { name: "Rows" });
    await scroller.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await scroller.getByText("task 9999").waitFor();
  });

  test("is downloaded as one file, and imported on another server", async () => {
    await using other = await startedServer();
    const { dispatchId } = await dispatchSync(samples, ui.server)(3);
    const { page } = await open(`/dispatches/${dispatchId}`);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download everything as one file" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(`covalent-${dispatchId.slice(0, 8)}.tar.gz`);
    const file = await readFile(await download.path());
    const there = await ui.browser.open(other.url);
    // Until the list has come the page is still being put together, and what is chosen may go with a part of it that is replaced.
    await there.page.locator('[data-connection="live"]').waitFor();
    await there.page.getByText("Run your first workflow").waitFor();
    const chosen = there.page.getByLabel("File of an exported dispatch");
    await chosen.setInputFiles({
      name: "broken.tar.gz",
      mimeType: "application/gzip",
      buffer: file.subarray(0, 90),
    });
    await there.page
      .getByText(/this is not the file of an exported dispatch/)
      .first()
      .waitFor();
    // Side by side: the message goes away by itself.
    await Promise.all([
      there.page.waitForURL(/\/dispatches\//),
      there.page.getByText("samples is imported.", { exact: true }).waitFor(),
      chosen.setInputFiles({ name: "whole.tar.gz", mimeType: "application/gzip", buffer: file }),
    ]);
    await there.page.locator("header").getByText("Completed").waitFor();
    expect((await getResult(dispatchId, { url: other.url })).status).toBe("COMPLETED");
  });

  test.each([
    { dark: false, width: 1280 },
    { dark: true, width: 380 },
  ])(
    "is removed for good once it is deleted, or brought back, dark $dark, $width pixels wide",
    async (options) => {
      const [gone, back] = [await run(["Oslo"]), await run(["Lima"])];
      const client = createClient(ui.server);
      for (const id of [gone, back]) await client.trash.setDeleted(id, true);
      const { page, faults } = await open("/settings", options);
      const section = page.getByRole("region", { name: "Deleted dispatches" });
      await section.getByRole("button", { name: `Bring back weather ${back.slice(0, 8)}` }).click();
      await section.getByText(back.slice(0, 8)).waitFor({ state: "detached" });
      await section.getByRole("button", { name: `Remove weather ${gone.slice(0, 8)} for good` }).click();
      await page.getByRole("button", { name: "Remove", exact: true }).click();
      await section.getByText("There are none.").waitFor();
      expect(await page.locator("html").evaluate(({ scrollWidth }) => scrollWidth)).toBeLessThanOrEqual(
        options.width,
      );
      expect((await getResult(back, ui.server)).status).toBe("COMPLETED");
      await expect(client.trash.setDeleted(gone, false)).rejects.toMatchObject({
        code: "DISPATCH_NOT_FOUND",
      });
      expect(faults).toEqual([]);
    },
  );

  test.each([
    { dark: false, width: 1280 },
    { dark: true, width: 380 },
  ])("is looked at before it runs, dark $dark, $width pixels wide", async (options) => {
    const client = createClient(ui.server);
    const before = (await client.list()).metadata.total;
    const { preview_id } = await client.preview(streamedManifest({ name: "planned" }));
    const { page, faults } = await open(`/previews/${preview_id}`, options);
    await page.getByRole("heading", { name: "planned" }).waitFor();
    await page.getByText("3 tasks. Nothing has run.").waitFor();
    await page.locator("[data-box]", { hasText: "task 1" }).click();
    await page.getByRole("complementary", { name: "Node" }).getByText("local").waitFor();
    expect((await client.list()).metadata.total).toBe(before);
    expect(faults).toEqual([]);
    await page.goto(`${ui.server.url}/previews/gone`);
    await page.getByRole("alert").getByText("there is no preview gone").waitFor();
  });
});

async function startedServer() {
  const server = await startServer();
  return { url: server.url, [Symbol.asyncDispose]: () => server.close() };
}
