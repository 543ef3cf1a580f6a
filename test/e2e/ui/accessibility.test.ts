import { createRequire } from "node:module";
import { dispatchSync } from "covalent-ts";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { createClient } from "../../../src/client/client.ts";
import { streamedManifest } from "../../contract/api-manifest.ts";
import { hasChromium, lookAt, servedUi, unlessSkipped } from "./browser.ts";
import { crawl } from "./workflows/shown.ts";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string }[];
}

describe.skipIf(!hasChromium)(`axe finds nothing serious${unlessSkipped}`, () => {
  const ui = servedUi();
  let pages: readonly string[];
  let dialogOf: string;

  beforeAll(async () => {
    const { dispatchId, nodes } = await dispatchSync(crawl, ui.server)(5);
    const failed = nodes.find(({ status }) => status === "FAILED")?.id;
    const tabs = ["graph", "table", "timeline", "overview"].map(
      (tab) => `/dispatches/${dispatchId}?tab=${tab}`,
    );
    const others = ["triggers", "executors", "logs", "database", "settings"].map((name) => `/${name}`);
    const compared = [`/dispatches/${dispatchId}/compare`, `/dispatches/${dispatchId}/compare/${dispatchId}`];
    const { preview_id } = await createClient(ui.server).preview(streamedManifest({ name: "planned" }));
    dialogOf = `/dispatches/${dispatchId}`;
    pages = [
      "/",
      `/previews/${preview_id}`,
      ...tabs,
      ...compared,
      `/dispatches/${dispatchId}?node=${failed}`,
      ...others,
    ];
  });

  test.each([
    { dark: false, width: 1280 },
    { dark: true, width: 1280 },
    { dark: false, width: 380 },
    { dark: true, width: 380 },
  ])(
    "on any page, dark $dark, $width pixels wide",
    async ({ dark, width }) => {
      const { page } = await ui.browser.open(ui.server.url, { dark, width, bypassPolicy: true });
      for (const path of pages) {
        await page.goto(ui.server.url + path);
        await page.locator("h1").first().waitFor();
        await page.locator('[data-connection="live"]').waitFor();
        await lookAt(page, `${path} ${width}${dark ? " dark" : ""}`);
        await isUsable(page, path, width);
      }
      // A dozen pages, and axe looks at every element of each.
    },
    300_000,
  );

  test.each([
    { dark: false, width: 1280 },
    { dark: true, width: 380 },
  ])(
    "in the dialogs, dark $dark, $width pixels wide",
    async ({ dark, width }) => {
      const url = ui.server.url + dialogOf;
      const { page } = await ui.browser.open(url, { dark, width, bypassPolicy: true });
      await page.getByRole("button", { name: "Run again" }).click();
      await isUsable(page, "the menu of another run", width);
      await page.getByRole("menuitem", { name: "With other inputs" }).click();
      await page.getByRole("dialog").getByRole("textbox", { name: "pages" }).fill("[1, ");
      await page.getByText("This is not JSON").waitFor();
      await lookAt(page, `edited inputs ${width}`);
      await isUsable(page, "the dialog of edited inputs", width);
      await page.getByRole("button", { name: "Back" }).click();
      await page.goto(ui.server.url);
      await page.getByRole("checkbox", { name: /^Select crawl/ }).check();
      await page.getByRole("button", { name: "Cancel", exact: true }).click();
      await page.getByRole("alertdialog").waitFor();
      await isUsable(page, "a question", width);
    },
    300_000,
  );
});

/** Axe has nothing serious to say of what is shown, and it fits the screen. */
async function isUsable(page: Page, what: string, width: number): Promise<void> {
  await page.addScriptTag({ path: AXE });
  const violations = (await page.evaluate("axe.run().then((found) => found.violations)")) as Violation[];
  const shown = await page.locator("html").evaluate(({ scrollWidth }) => scrollWidth);
  expect(shown, `${what} is wider than the screen`).toBeLessThanOrEqual(width);
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  expect(
    serious.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`),
    what,
  ).toEqual([]);
}
