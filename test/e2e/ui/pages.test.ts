import { dispatch, dispatchSync } from "covalent-ts";
import { describe, expect, test } from "vitest";
import { hasChromium, lookAt, servedUi, soon, unlessSkipped } from "./browser.ts";
import { onDemand, weather } from "./workflows/shown.ts";

describe.skipIf(!hasChromium)(`the other pages${unlessSkipped}`, () => {
  const ui = servedUi();

  test("are reached from the navigation, and by their address", async () => {
    const { page, faults, context } = await ui.browser.open(ui.server.url);
    for (const name of ["Triggers", "Executors", "Logs", "Database", "Settings"]) {
      await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name }).click();
      await page.getByRole("heading", { name, exact: true, level: 1 }).waitFor();
      await page.reload();
      await page.getByRole("heading", { name, exact: true, level: 1 }).waitFor();
    }
    expect(faults).toEqual([]);
    await context.close();
  });

  test("say how the database stands", async () => {
    const { page, context } = await ui.browser.open(`${ui.server.url}/database`);
    await page.getByText("It is at the newest revision").waitFor();
    await page.getByText("every migration makes one first").waitFor();
    await context.close();
  });

  test("say what the doctor found, and what is in quarantine", async () => {
    const { page, context } = await ui.browser.open(`${ui.server.url}/database`);
    await page.getByRole("region", { name: "Doctor" }).getByText("Nothing has to be done.").waitFor();
    await page.getByRole("region", { name: "Quarantine" }).getByText("No row is kept aside.").waitFor();
    await context.close();
  });

  test("find a setting, say where it comes from, change it, and refuse a wrong value in words beside it", async () => {
    const { page, context } = await ui.browser.open(`${ui.server.url}/settings`);
    await page.getByRole("searchbox").fill("stop_grace");
    const grace = page.getByRole("textbox", { name: "dispatcher.stop_grace" });
    await page.getByText("default", { exact: true }).waitFor();
    await grace.fill("soon");
    await page.getByRole("button", { name: "Save" }).click();
    await page
      .getByRole("alert")
      .getByText(/must be a whole number/)
      .waitFor();
    await grace.fill("4");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("dispatcher.stop_grace is 4 from the next start on.", { exact: true }).waitFor();
    await page.getByText("Until the server is started again it is 3").waitFor();
    await page.getByRole("searchbox").fill("dispatcher.host");
    await page.getByText("It is set on the server's machine").waitFor({ state: "attached" });
    expect(await page.getByRole("textbox", { name: "dispatcher.host" }).count()).toBe(0);
    await page.getByRole("searchbox").fill("local.workers");
    // The test's server was started with an option.
    await page.getByText("option workers").waitFor();
    await page.getByRole("combobox", { name: "Theme" }).selectOption("dark");
    expect(await page.locator("html").getAttribute("data-theme")).toBe("dark");
    await context.close();
  });

  test("a trigger is paused, resumed, fired and removed", async () => {
    await dispatch(onDemand, ui.server)();
    const { page, context, faults } = await ui.browser.open(`${ui.server.url}/triggers`);
    const card = page.getByRole("listitem").filter({ hasText: "Time" });
    await card.getByText("fired 0 times").waitFor();
    await card.getByText("next").waitFor();
    await card.getByRole("button", { name: "Pause" }).click();
    await card.getByText("paused since").waitFor();
    await lookAt(page, "trigger");
    expect(await card.getByText("next").count()).toBe(0);
    await card.getByRole("button", { name: "Resume" }).click();
    await card.getByText("next").waitFor();
    await card.getByRole("button", { name: "Fire now" }).click();
    await card.getByText("fired 1 time").waitFor();
    await card.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("button", { name: "Remove it" }).click();
    await page.getByRole("heading", { name: "No trigger is observed" }).waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  test("a dispatch is deleted, and brought back", async () => {
    await dispatchSync(weather, ui.server)(["Oslo"]);
    const { page, context } = await ui.browser.open(ui.server.url);
    await page.getByRole("checkbox", { name: /Select weather/ }).click();
    await page.getByRole("button", { name: "Delete" }).click();
    await soon(() => page.getByRole("link", { name: "weather" }).count()).toBe(0);
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("link", { name: "weather" }).waitFor();
    await context.close();
  });
});
