import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dispatch, dispatchSync, pause, resume } from "covalent-ts";
import { describe, expect, test } from "vitest";
import { createClient } from "../../../src/client/client.ts";
import { streamedManifest } from "../../contract/api-manifest.ts";
import { hasChromium, servedUi, unlessSkipped } from "./browser.ts";
import { gated, onDemand, weather } from "./workflows/shown.ts";

describe.skipIf(!hasChromium)(`what somebody else does is seen at once${unlessSkipped}`, () => {
  const ui = servedUi();

  test("a dispatch is paused and goes on, on its page and in the list", async () => {
    const gate = join(ui.server.home, "paused-gate");
    const id = await dispatch(gated, ui.server)("paused", gate);
    const { page, context, faults } = await ui.browser.open(`${ui.server.url}/dispatches/${id}`);
    const list = await context.newPage();
    await list.goto(ui.server.url);
    const row = list.getByRole("row").filter({ hasText: id.slice(0, 8) });
    await page.getByRole("button", { name: "Pause" }).waitFor();
    await row.getByText("Running").waitFor();
    await pause(id, ui.server);
    await page.getByRole("button", { name: "Resume" }).waitFor();
    await row.getByText("Paused").waitFor();
    await resume(id, ui.server);
    await page.getByRole("button", { name: "Pause" }).waitFor();
    await row.getByText("Running").waitFor();
    await writeFile(gate, "");
    await row.getByText("Completed").waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  test("a dispatch is registered and not started, deleted, and brought back", async () => {
    const client = createClient(ui.server);
    const { dispatchId } = await dispatchSync(weather, ui.server)(["Oslo"]);
    const { page, context } = await ui.browser.open(`${ui.server.url}/dispatches/${dispatchId}`);
    const list = await context.newPage();
    await list.goto(ui.server.url);
    await list.getByText(dispatchId.slice(0, 8)).waitFor();
    await list.locator('[data-connection="live"]').waitFor();
    await client.register(streamedManifest({ name: "waits" }));
    await list.getByRole("link", { name: "waits" }).waitFor();
    await page.getByRole("heading", { name: "weather" }).waitFor();
    await client.trash.setDeleted(dispatchId, true);
    await list.getByText(dispatchId.slice(0, 8)).waitFor({ state: "detached" });
    await page.getByRole("alert").getByText(`there is no dispatch ${dispatchId}`).waitFor();
    await client.trash.setDeleted(dispatchId, false);
    await list.getByText(dispatchId.slice(0, 8)).waitFor();
    await page.getByRole("heading", { name: "weather" }).waitFor();
    await context.close();
  });

  test("a trigger is paused, and goes on", async () => {
    await dispatch(onDemand, ui.server)();
    const client = createClient(ui.server);
    const [trigger] = (await client.triggers.list()).triggers;
    const { page, context } = await ui.browser.open(`${ui.server.url}/triggers`);
    const card = page.getByRole("listitem").filter({ hasText: "onDemand" });
    await card.getByRole("button", { name: "Pause" }).waitFor();
    await page.locator('[data-connection="live"]').waitFor();
    await client.triggers.setPaused(trigger?.id ?? "", true);
    await card.getByText("paused since").waitFor();
    await client.triggers.setPaused(trigger?.id ?? "", false);
    await card.getByText("paused since").waitFor({ state: "detached" });
    await context.close();
  });

  test("a setting is changed", async () => {
    const { page, context } = await ui.browser.open(`${ui.server.url}/settings`);
    const other = await ui.browser.open(`${ui.server.url}/settings`);
    await page.locator('[data-connection="live"]').waitFor();
    await page.getByRole("searchbox").fill("stop_grace");
    await other.page.getByRole("searchbox").fill("stop_grace");
    await other.page.getByRole("textbox", { name: "dispatcher.stop_grace" }).fill("7");
    await other.page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Until the server is started again it is 3").waitFor();
    await context.close();
    await other.context.close();
  });
});
