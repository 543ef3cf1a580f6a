import { dispatchSync } from "covalent-ts";
import { describe, expect, test } from "vitest";
import { hasChromium, servedUi, soon, unlessSkipped } from "./browser.ts";
import { weather } from "./workflows/shown.ts";

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

  test("find a setting, change one of the clients', and refuse a wrong value in words", async () => {
    const { page, context } = await ui.browser.open(`${ui.server.url}/settings`);
    await page.getByRole("searchbox").fill("local.workers");
    const workers = page.getByRole("textbox", { name: "executors.local.workers" });
    await workers.fill("three");
    await page.getByRole("button", { name: "Save" }).click();
    await page
      .getByText(/executors\.local\.workers/)
      .nth(1)
      .waitFor();
    await workers.fill("3");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("executors.local.workers is 3 from the next start on.", { exact: true }).waitFor();
    await page.getByRole("combobox", { name: "Theme" }).selectOption("dark");
    expect(await page.locator("html").getAttribute("data-theme")).toBe("dark");
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
