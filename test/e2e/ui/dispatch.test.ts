import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dispatch, dispatchSync } from "covalent-ts";
import type { Locator, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { hasChromium, servedUi, soon, unlessSkipped } from "./browser.ts";
import { crawl, gated, greeting, nested, outer, samples, weather } from "./workflows/shown.ts";

describe.skipIf(!hasChromium)(`the page of a dispatch${unlessSkipped}`, () => {
  const ui = servedUi();

  const open = async (id: string, query = "") => ui.browser.open(`${ui.server.url}/dispatches/${id}${query}`);

  test("shows a run live from start to end, node by node", async () => {
    const gate = join(ui.server.home, "gate");
    const id = await dispatch(gated, ui.server)("A", gate);
    const { page, faults } = await open(id);
    const box = (name: string) => page.locator("[data-box]", { hasText: name });
    await box("untilFile").and(page.locator('[data-color="running"]')).waitFor();
    await box("begin").and(page.locator('[data-color="completed"]')).waitFor();
    await box("finish").and(page.locator('[data-color="pending"]')).waitFor();
    await writeFile(gate, "");
    await box("finish").and(page.locator('[data-color="completed"]')).waitFor();
    await page.getByRole("banner").or(page.locator("header")).getByText("Completed").waitFor();
    await rm(gate);
    expect(faults).toEqual([]);
  });

  test("folds structure away until it is asked for, and finds nodes", async () => {
    const id = await idOf(dispatchSync(weather, ui.server)(["Oslo", "Lima"]));
    const { page } = await open(id);
    await soon(() => boxes(page)).toBe(8);
    await page.getByRole("button", { name: "Show parameters and structure" }).click();
    await soon(() => boxes(page)).toBeGreaterThan(12);
    await page.getByRole("button", { name: "Show parameters and structure" }).click();
    await page.getByRole("searchbox", { name: "Search in the graph" }).fill("cleanUp");
    await soon(() => page.locator("output").first().textContent()).toBe("2");
    await page.getByRole("searchbox", { name: "Search in the graph" }).press("Enter");
  });

  test("draws like nodes as one, and one by one when that is opened", async () => {
    const id = await idOf(dispatchSync(samples, ui.server)(40));
    const { page } = await open(id);
    await soon(() => boxes(page)).toBe(3);
    await page.locator("[data-box]", { hasText: "measure" }).getByText("×40").click();
    await soon(() => boxes(page)).toBe(42);
    await page.getByRole("button", { name: "Close opened groups" }).click();
    await soon(() => boxes(page)).toBe(3);
  });

  test("says which nodes are not written in TypeScript", async () => {
    const id = await idOf(dispatchSync(greeting, ui.server)("you"));
    const { page } = await open(id);
    const box = (name: string) => page.locator("[data-box]", { hasText: name });
    await box("greet").getByText("shell", { exact: true }).waitFor();
    expect(await box("loud").getByText("shell", { exact: true }).count()).toBe(0);
    await box("greet").click();
    await page.getByText("Written in").waitFor();
  });

  test("lays the graph out in every way", async () => {
    const id = await idOf(dispatchSync(weather, ui.server)(["Oslo", "Lima", "Pune"]));
    const { page, faults } = await open(id);
    for (const layout of ["tree", "force", "radial", "rectangular", "layered"]) {
      await page.getByRole("button", { name: /^Layout/ }).click();
      await page.getByRole("menuitemradio", { name: layout }).click();
      await page.getByRole("button", { name: `Layout: ${layout}` }).waitFor();
      await page.locator("[data-box]", { hasText: "report" }).waitFor();
    }
    await page.getByRole("button", { name: "Critical path" }).click();
    await page.reload();
    await page.getByRole("button", { name: "Critical path", pressed: true }).waitFor();
    expect(faults).toEqual([]);
  });

  test("gives its picture as SVG and PNG", async () => {
    const id = await idOf(dispatchSync(weather, ui.server)(["Oslo"]));
    const { page } = await open(id);
    await page.locator("[data-box]").first().waitFor();
    const svg = await (await download(page, "SVG")).path();
    expect(await readFile(svg, "utf8")).toMatch(/^<svg [\s\S]*>loadReadings<[\s\S]*<\/svg>$/);
    const png = await (await download(page, "PNG")).path();
    expect((await readFile(png)).subarray(1, 4).toString()).toBe("PNG");
  });

  test("says of a failed node why, with the user's own line, and of what did not run because of it", async () => {
    const id = await idOf(dispatchSync(crawl, ui.server)(4));
    const { page } = await open(id, "?tab=table");
    await page
      .getByRole("row", { name: /Failed/ })
      .getByRole("button", { name: "parse" })
      .click();
    const panel = page.getByRole("complementary");
    await panel.getByRole("region", { name: "Error" }).getByText("page 3 has no table").first().waitFor();
    await panel
      .getByRole("region", { name: "Stack" })
      .getByText(/shown\.ts:\d+:\d+/)
      .waitFor();
    await page
      .getByRole("row", { name: /Cancelled/ })
      .getByRole("button", { name: "total" })
      .click();
    await panel.getByText(/parse \(node \d+\) failed/).waitFor();
  });

  test("shows of a completed node what went in, what came out and what it printed", async () => {
    const id = await idOf(dispatchSync(weather, ui.server)(["Oslo"]));
    const { page } = await open(id);
    await page.locator("[data-box]", { hasText: "average" }).click();
    const panel = page.getByRole("complementary");
    await panel.getByText("averaging").waitFor();
    await panel.getByRole("searchbox").fill("nowhere");
    await panel.getByText("No line has that.").waitFor();
    await page.locator("[data-box]", { hasText: "report" }).click();
    await panel.getByRole("region", { name: "Output" }).getByText("Mean temperatures").waitFor();
    await panel
      .getByRole("region", { name: /Inputs/ })
      .getByText('"Mean temperatures"', { exact: true })
      .waitFor();
    await page.keyboard.press("Escape");
    await panel.waitFor({ state: "detached" });
  });

  test("gives the program that reads a node's result, in both languages", async () => {
    const { dispatchId, nodes } = await dispatchSync(weather, ui.server)(["Oslo"]);
    const node = nodes.find(({ name }) => name === "report")?.id;
    const { page, context } = await open(dispatchId, `?node=${node}`);
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    for (const [language, words] of [
      ["TypeScript", `await getResult("${dispatchId}")`],
      ["Python", `ct.get_result("${dispatchId}")`],
    ] as const) {
      await page.getByRole("button", { name: "Copy as code" }).click();
      await page.getByRole("menuitem", { name: language }).click();
      await soon(() => page.evaluate<string>("navigator.clipboard.readText()")).toContain(words);
    }
  });

  test("opens a sublattice's own graph, and leads back", async () => {
    const id = await idOf(dispatchSync(outer, ui.server)(3));
    const { page } = await open(id);
    await page.locator("[data-box]", { hasText: "inner" }).click();
    await page.getByRole("link", { name: "Open its graph" }).click();
    await page.getByRole("heading", { name: "inner" }).waitFor();
    await page.getByRole("navigation", { name: "Breadcrumb" }).getByRole("link", { name: "outer" }).click();
    await page.getByRole("heading", { name: "outer" }).waitFor();
  });

  test("shows the way down to a sublattice at any depth", async () => {
    const id = await idOf(dispatchSync(nested, ui.server)(3));
    const { page } = await open(id, "?tab=table");
    for (const name of ["middle", "innermost"]) {
      await page.getByRole("button", { name, exact: true }).click();
      await page.getByRole("link", { name: "Open its graph" }).click();
      await page.getByRole("heading", { name, exact: true, level: 1 }).waitFor();
      await page.getByRole("tab", { name: "Table" }).click();
    }
    const trail = page.getByRole("navigation", { name: "Breadcrumb" });
    await soon(() => trail.getByRole("link").allTextContents()).toEqual(["Dispatches", "nested", "middle"]);
    await trail.getByRole("link", { name: "middle" }).click();
    await page.getByRole("heading", { name: "middle", exact: true, level: 1 }).waitFor();
    await page.getByRole("complementary").getByRole("heading", { name: "innermost" }).waitFor();
  });

  test("pauses a run and lets it go on", async () => {
    const gate = join(ui.server.home, "pause-gate");
    const id = await dispatch(gated, ui.server)("A", gate);
    const { page } = await open(id);
    const box = (name: string) => page.locator("[data-box]", { hasText: name });
    await box("untilFile").and(page.locator('[data-color="running"]')).waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    await page.locator("header").getByText("Paused").waitFor();
    await writeFile(gate, "");
    await box("untilFile").and(page.locator('[data-color="completed"]')).waitFor();
    // What is paused starts nothing new.
    await box("finish").and(page.locator('[data-color="pending"]')).waitFor();
    await page.getByRole("button", { name: "Resume" }).click();
    await box("finish").and(page.locator('[data-color="completed"]')).waitFor();
    await rm(gate);
  });

  test("lets boxes be dragged, and remembers where they were put", async () => {
    const id = await idOf(dispatchSync(weather, ui.server)(["Oslo"]));
    const { page } = await open(id);
    const box = page.locator(".react-flow__node", { hasText: "report" });
    await page.getByRole("button", { name: "Let nodes be moved" }).click();
    await atRest(box);
    const before = await box.getAttribute("style");
    const place = await box.boundingBox();
    if (place === null) throw new Error("the box is not in view");
    await page.mouse.move(place.x + place.width / 2, place.y + place.height / 2);
    await page.mouse.down();
    await page.mouse.move(place.x + place.width / 2 + 90, place.y + place.height / 2 + 60, { steps: 8 });
    await page.mouse.up();
    await soon(() => box.getAttribute("style")).not.toBe(before);
    const after = transformOf(await box.getAttribute("style"));
    await page.reload();
    await soon(async () => transformOf(await box.getAttribute("style"))).toBe(after);
  });

  test("has the nodes over time, and the dispatch as a whole", async () => {
    const id = await idOf(dispatchSync(weather, ui.server)(["Oslo"]));
    const { page } = await open(id, "?tab=timeline");
    await page.getByRole("img", { name: /When \d+ nodes ran/ }).waitFor();
    await page.getByRole("tab", { name: "Overview" }).click();
    await page.getByRole("region", { name: "Result" }).getByText("Mean temperatures").waitFor();
    await page.getByRole("region", { name: "Executors" }).getByText("5 tasks").waitFor();
  });

  test("runs a dispatch again, keeping what has completed", async () => {
    const id = await idOf(dispatchSync(weather, ui.server)(["Oslo"]));
    const { page } = await open(id);
    await page.getByRole("button", { name: "Run again" }).click();
    await page.getByRole("menuitem", { name: "Keep what has completed" }).click();
    await page.getByRole("link", { name: `repeats ${id.slice(0, 8)}` }).waitFor();
    await page.getByText("Completed").first().waitFor();
  });

  test("says that there is no such dispatch", async () => {
    const { page } = await open("00000000-0000-4000-8000-000000000000");
    await page.getByRole("alert").getByText("00000000-0000-4000-8000-000000000000").waitFor();
  });
});

async function idOf(run: Promise<{ readonly dispatchId: string }>): Promise<string> {
  return (await run).dispatchId;
}

/** The view moves to where all is in sight when the graph has its places: a box that is looked at twice is where it was. */
async function atRest(box: Locator): Promise<void> {
  let before = "";
  await soon(async () => {
    const now = JSON.stringify(await box.boundingBox());
    const isSame = now === before;
    before = now;
    return isSame;
  }).toBe(true);
}

function transformOf(style: string | null): string | undefined {
  return /translate\([^)]*\)/.exec(style ?? "")?.[0];
}

async function boxes(page: Page): Promise<number> {
  return Number(await page.locator("[data-boxes]").getAttribute("data-boxes"));
}

async function download(page: Page, kind: string) {
  const [downloaded] = await Promise.all([
    page.waitForEvent("download"),
    page
      .getByRole("button", { name: "Download the picture" })
      .click()
      .then(() => page.getByRole("menuitem", { name: kind }).click()),
  ]);
  return downloaded;
}
