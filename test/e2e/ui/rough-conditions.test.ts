import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dispatch, dispatchSync } from "covalent-ts";
import { describe, expect, test } from "vitest";
import { killableServer } from "../../chaos/killable-server.ts";
import { hasChromium, lookAt, servedUi, soon, unlessSkipped } from "./browser.ts";
import { gated, hostile, odd, weather } from "./workflows/shown.ts";

describe.skipIf(!hasChromium)(`the web UI bears${unlessSkipped}`, () => {
  const ui = servedUi();

  test.each([{ width: 1280 }, { width: 380 }])(
    "names that are markup, endless, or turn the text around, $width pixels wide",
    async ({ width }) => {
      const { dispatchId, nodes } = await dispatchSync(hostile, ui.server)("<b>x</b>");
      const { page, faults, context } = await ui.browser.open(ui.server.url, { width });
      const isWithin = async (what: string) =>
        expect(
          await page.locator("html").evaluate(({ scrollWidth }) => scrollWidth),
          what,
        ).toBeLessThanOrEqual(width);
      await page
        .getByRole("link", { name: /^<img src=x/ })
        .first()
        .waitFor();
      if (width > 1000) {
        // The name is in view beside tags that have no end, and nothing lies over another column.
        const row = page.getByRole("row").filter({ hasText: dispatchId.slice(0, 8) });
        expect((await row.getByRole("link").boundingBox())?.width).toBeGreaterThan(40);
        await row.getByRole("progressbar").click({ trial: true });
        await row.getByText("Completed").click({ trial: true });
      }
      await isWithin("the list");
      await lookAt(page, `hostile list ${width}`);
      for (const { id } of nodes) {
        await page.goto(`${ui.server.url}/dispatches/${dispatchId}?node=${id}`);
        await page.getByRole("complementary").getByText("Definition").waitFor();
        await isWithin(`node ${id}`);
      }
      for (const tab of ["table", "timeline", "overview"]) {
        await page.goto(`${ui.server.url}/dispatches/${dispatchId}?tab=${tab}`);
        await page.getByRole("tab", { name: tab, selected: true }).waitFor();
        await isWithin(tab);
      }
      // Nothing of it became an element or a program.
      expect(await page.locator("img[src='x']").count()).toBe(0);
      expect(await page.title()).not.toContain("run");
      expect(faults).toEqual([]);
      await context.close();
    },
  );

  test("values that are no JSON, large and odd", async () => {
    const { dispatchId, nodes } = await dispatchSync(odd, ui.server)();
    const { page, faults, context } = await ui.browser.open(`${ui.server.url}/dispatches/${dispatchId}`);
    const idOf = (name: string) => nodes.find((node) => node.name === name)?.id;
    const output = page.getByRole("region", { name: "Output" });
    await page.goto(`${ui.server.url}/dispatches/${dispatchId}?node=${idOf("oddities")}`);
    await output.getByText("NaN").first().waitFor();
    await output.getByText("-Infinity").first().waitFor();
    await page.goto(`${ui.server.url}/dispatches/${dispatchId}?node=${idOf("bytes")}`);
    await output.getByText("Uint8Array(20000000)").first().waitFor();
    await output.getByText("20 MB").waitFor();
    await page.goto(`${ui.server.url}/dispatches/${dispatchId}?node=${idOf("talkative")}`);
    await page.getByText(/40 MB, of which the last 262 kB are shown/).waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  test("a clock that is hours behind the server's, or ahead of it", async () => {
    const gate = join(ui.server.home, "clock-gate");
    const id = await dispatch(gated, ui.server)("clock", gate);
    for (const hours of [-3, 3]) {
      const { page, context } = await ui.browser.open("about:blank");
      await page.clock.install({ time: Date.now() + hours * 3_600_000 });
      await page.goto(`${ui.server.url}/dispatches/${id}`);
      await page.locator('[data-connection="live"]').waitFor();
      await soon(() =>
        page
          .locator("header")
          .getByText(/^(\d+\.\d+ s|\d m \d\d s)$/)
          .count(),
      ).toBe(1);
      await context.close();
    }
    await writeFile(gate, "");
  });

  test("a server that is killed while its pages are open: all of them come back, with what has happened since", async () => {
    const server = await killableServer({ workers: 1 });
    try {
      await server.start();
      const { dispatchId } = await dispatchSync(weather, server)(["Oslo"]);
      const { page: list, context, faults } = await ui.browser.open(server.url);
      const of = `/dispatches/${dispatchId}`;
      const paths = [
        of,
        `${of}?tab=table&node=1`,
        `${of}?tab=timeline`,
        `${of}?tab=overview`,
        `${of}/compare`,
      ];
      const others = ["/triggers", "/executors", "/logs", "/database", "/settings"];
      const tabs = [list];
      for (const path of [...paths, ...others]) {
        const tab = await context.newPage();
        tab.on("pageerror", (error) => expect.soft(error.message, path).toBe(""));
        await tab.goto(server.url + path);
        await tab.locator("h1").first().waitFor();
        tabs.push(tab);
      }
      await server.kill();
      for (const tab of tabs) await tab.getByText("Connection lost").waitFor();
      await list.reload().catch(() => undefined);
      await server.start();
      await dispatchSync(weather, server)(["Lima"]);
      await list.goto(server.url);
      for (const tab of tabs) {
        await tab.locator('[data-connection="live"]').waitFor();
        await tab.locator("h1").first().waitFor();
        expect(await tab.getByRole("alert").count()).toBe(0);
      }
      await soon(() => list.getByRole("link", { name: "weather" }).count()).toBe(2);
      expect(faults).toEqual([]);
      await context.close();
    } finally {
      await server.dispose();
    }
  });

  test("a slow way to the server: nothing is said to be missing that is on its way", async () => {
    await dispatchSync(weather, ui.server)(["slow"]);
    const { page, context } = await ui.browser.open("about:blank");
    const answered = Promise.withResolvers<void>();
    await page.route(/\/api\/v2\/dispatches\?/, async (route) => {
      await answered.promise;
      await route.continue();
    });
    await page.goto(ui.server.url);
    await page.getByRole("table", { name: "Dispatches" }).getByText("Loading").first().waitFor();
    expect(await page.getByText("No dispatch is like that").count()).toBe(0);
    answered.resolve();
    await page.getByRole("link", { name: "weather" }).first().waitFor();
    await page.getByRole("searchbox").fill("nobody has this name");
    await page.getByRole("cell", { name: "No dispatch is like that" }).waitFor();
    await context.close();
  });

  test("the zoom of a reader who sees badly: every tool of the graph can be reached", async () => {
    const { dispatchId } = await dispatchSync(weather, ui.server)(["Oslo"]);
    const url = `${ui.server.url}/dispatches/${dispatchId}`;
    const { page, context } = await ui.browser.open(url, { width: 640, height: 400 });
    const tools = page.getByRole("toolbar", { name: "Graph" }).getByRole("button");
    await tools.first().waitFor();
    for (const tool of await tools.all()) {
      await tool.scrollIntoViewIfNeeded();
      const { x = 0, y = 0, width = 0, height = 0 } = (await tool.boundingBox()) ?? {};
      expect([x >= 0, y >= 0, x + width <= 640, y + height <= 400]).toEqual([true, true, true, true]);
    }
    await context.close();
  });

  test("readers without a mouse: from the list to a node's error and back", async () => {
    const { dispatchId } = await dispatchSync(weather, ui.server)(["keys"]);
    const { page, context } = await ui.browser.open(ui.server.url);
    const link = page
      .getByRole("row")
      .filter({ hasText: dispatchId.slice(0, 8) })
      .getByRole("link");
    await link.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("tab", { name: "graph", selected: true }).waitFor();
    await page.getByRole("tab", { name: "graph" }).focus();
    await page.keyboard.press("ArrowRight");
    await page.getByRole("tab", { name: "table", selected: true }).waitFor();
    const cell = page.getByRole("table", { name: "Nodes" }).getByRole("button", { name: "report" });
    await cell.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("complementary").getByRole("heading", { name: "report" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("complementary").waitFor({ state: "detached" });
    await context.close();
  });
});
