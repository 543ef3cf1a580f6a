import { createRequire } from "node:module";
import { dispatchSync } from "covalent-ts";
import { beforeAll, describe, expect, test } from "vitest";
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

  beforeAll(async () => {
    const { dispatchId, nodes } = await dispatchSync(crawl, ui.server)(5);
    const failed = nodes.find(({ status }) => status === "FAILED")?.id;
    const tabs = ["graph", "table", "timeline", "overview"].map(
      (tab) => `/dispatches/${dispatchId}?tab=${tab}`,
    );
    const others = ["triggers", "executors", "logs", "database", "settings"].map((name) => `/${name}`);
    const compared = [`/dispatches/${dispatchId}/compare`, `/dispatches/${dispatchId}/compare/${dispatchId}`];
    pages = ["/", ...tabs, ...compared, `/dispatches/${dispatchId}?node=${failed}`, ...others];
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
        await page.addScriptTag({ path: AXE });
        const violations = (await page.evaluate(
          "axe.run().then((found) => found.violations)",
        )) as Violation[];
        expect(
          await page.locator("html").evaluate(({ scrollWidth }) => scrollWidth),
          `${path} is wider than the screen`,
        ).toBeLessThanOrEqual(width);
        await lookAt(page, `${path} ${width}${dark ? " dark" : ""}`);
        const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
        expect(
          serious.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`),
          path,
        ).toEqual([]);
      }
      // Eleven pages, and axe looks at every element of each.
    },
    300_000,
  );
});
